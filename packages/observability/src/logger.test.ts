import { describe, expect, it } from '@jest/globals';
import { describeError } from './error-description.js';
import { createLogger } from './logger.js';

function collectLines() {
  const lines: string[] = [];
  return {
    lines,
    log: createLogger({
      service: 'test',
      level: 'info',
      destination: { write: (line) => void lines.push(line) },
    }),
  };
}

describe('the logger', () => {
  it('names its service, the level and an ISO time on every line', () => {
    const { lines, log } = collectLines();
    log.info({ exportId: 'e1' }, 'export accepted');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      service: 'test',
      exportId: 'e1',
      msg: 'export accepted',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  it.each(['resource', 'row', 'headers', 'url', 'query', 'diagnostics', 'redisUrl'])(
    'drops the field %s, also one level down',
    (field) => {
      const { lines, log } = collectLines();
      log.info({ [field]: 'Jane Doe', request: { [field]: 'Jane Doe' } }, 'seen');
      expect(lines[0]).not.toContain('Jane Doe');
    },
  );

  it('tells an error of another thread as it was described there', () => {
    const { lines, log } = collectLines();
    const trap = Object.assign(new Error('unreachable'), { name: 'RuntimeError' });
    const error = describeError(new TypeError('row Jane Doe', { cause: trap }));
    log.error({ err: structuredClone(error) }, 'failed');
    const { err } = JSON.parse(lines[0] ?? '') as { err: { stack: string } };
    expect(err).toMatchObject({ type: 'TypeError', cause: { type: 'RuntimeError', message: 'unreachable' } });
    expect(err.stack).toContain('logger.test');
    expect(lines[0]).not.toContain('Jane');
  });

  it('keeps quoted data of an error message out of the log', () => {
    const { lines, log } = collectLines();
    try {
      JSON.parse('{"name": Jane Doe}');
    } catch (error) {
      log.error({ err: error }, 'failed');
    }
    expect(lines[0]).not.toContain('Jane');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ err: { type: 'SyntaxError' } });
    expect(lines[0]).toContain('logger.test.ts');
  });

  it('keeps messages that name calls and addresses only, with their causes', () => {
    const { lines, log } = collectLines();
    const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    log.error({ err: new Error('row Jane Doe', { cause }) }, 'failed');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      err: { type: 'Error', cause: { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:1' } },
    });
    expect(lines[0]).not.toContain('Jane');
  });
});

import { describe, expect, test } from '@jest/globals';
import { memoryFault, overdueFault } from './overdue-fault.js';

describe('what took too long is told', () => {
  const version = { kind: 'file', mtimeNs: '1', inode: '2' } as never;
  const input = { key: 'Patient.ndjson', bytes: 1, compression: 'none', version } as const;
  const context = {
    task: { input, views: [{ subject: 4, view: { name: 'people' } }] },
    columns: new Map([[4, [null, 'family']]]),
  };
  const place = { kind: 'line', offset: 12, subject: 4 } as const;

  test.each([
    [
      { ...place, path: 1 },
      'evaluating column "family" of the view "people" on the resource at byte offset 12',
    ],
    [{ ...place, path: 0 }, 'evaluating the view "people" on the resource at byte offset 12'],
    [{ kind: 'line', offset: 12 }, 'reading the resource at byte offset 12'],
    [{ kind: 'view', subject: 4 }, 'compiling the view "people"'],
  ] as const)('%j', (at, words) => {
    const { failure, retryable } = overdueFault(at, context, 10_000);
    expect(failure).toMatchObject({ status: 422, code: 'too-costly' });
    expect(failure.diagnostics).toContain(words);
    expect(failure.diagnostics).toContain('took longer than the 10 s that it may');
    expect(retryable).toBe(false);
  });

  test('with the subject, where it is known', () => {
    expect(overdueFault(place, context, 1).failure.expression).toEqual(['subject[4]']);
    expect(overdueFault({ kind: 'line', offset: 1 }, context, 1).failure.expression).toBeUndefined();
  });

  test('and what took too much memory, which may be tried again', () => {
    expect(memoryFault(place, context, 512)).toMatchObject({
      failure: { code: 'too-costly', diagnostics: expect.stringContaining('took more than the 512 MiB') },
      retryable: true,
    });
  });
});

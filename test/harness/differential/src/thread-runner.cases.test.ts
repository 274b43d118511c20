import { describe, expect, test } from '@jest/globals';
import { createThreadRunner } from './thread-runner.js';

const task = { tiers: 'scan,codegen', seed: 'x', lines: { from: 0, to: 5 } } as const;

/** A thread that answers every pass with its number, but ends in its own way on the second. */
function threadThat(ends: string): URL {
  const source = `import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (pass) => { if (pass === 1) { ${ends} } else parentPort.postMessage({ views: pass }); });`;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}

describe('a thread that dies', () => {
  test.each([
    ['by an exception', "throw new Error('no such engine')", 'no such engine'],
    ['by its own exit', 'process.exit(7)', 'ended with code 7'],
    ['for want of memory', 'for (const all = [];;) all.push(new Array(1e5).fill(all))', 'out of memory'],
  ])('%s makes the pass that it had begun fail, and the next goes on', async (_, ends, message) => {
    const runner = createThreadRunner(task, {
      script: threadThat(ends),
      resourceLimits: { maxOldGenerationSizeMb: 32 },
    });
    expect(await runner.run(0)).toEqual({ views: 0 });
    const { failure } = await runner.run(1);
    expect(failure).toMatchObject({ kind: 'broken', pass: 1, lines: task.lines });
    expect(failure).toHaveProperty('message', expect.stringContaining(message));
    expect(await runner.run(2)).toEqual({ views: 2 });
    await runner.close();
  });
});

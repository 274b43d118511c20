import { describe, expect, test } from '@jest/globals';
import { supervise } from './supervise.js';
import type { KeptProcess } from './supervise.js';

const POLICY = { maxRestarts: 2, windowMs: 60_000, firstWaitMs: 1, graceMs: 1000 };

/** Processes that end when told to; `started` counts them. */
function processes(): { started: number; start: () => KeptProcess; crash: () => void } {
  let end: (how: string) => void = () => undefined;
  const crew = {
    started: 0,
    start(): KeptProcess {
      crew.started += 1;
      const ended = new Promise<string>((resolve) => (end = resolve));
      return {
        pid: crew.started,
        ended,
        async end(signal) {
          end(signal);
          return true;
        },
      };
    },
    crash: () => end('SIGSEGV'),
  };
  return crew;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a supervised service', () => {
  test('is started again after a crash, which is reported', async () => {
    const crew = processes();
    const reports: string[] = [];
    const service = supervise('worker 1', crew.start, (line) => reports.push(line), POLICY);

    crew.crash();
    await until(() => crew.started === 2);

    expect(reports).toEqual(['worker 1 (process 1) ended with SIGSEGV; starting it again in 1 ms']);
    expect(service.pid()).toBe(2);
    await service.stop();
  });

  test('is given up when it crashes too often', async () => {
    const crew = processes();
    const service = supervise('api', crew.start, () => undefined, POLICY);
    for (const started of [1, 2, 3]) {
      await until(() => crew.started === started);
      crew.crash();
    }
    expect((await service.over)?.message).toBe('api (process 3) ended with SIGSEGV after 2 restarts');
    expect(crew.started).toBe(3);
  });

  test('is not started again once it is stopped', async () => {
    const crew = processes();
    const service = supervise('api', crew.start, () => undefined, POLICY);
    await service.stop();
    expect(await service.over).toBeUndefined();
    expect(crew.started).toBe(1);
  });
});

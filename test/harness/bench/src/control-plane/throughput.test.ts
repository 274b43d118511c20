import { expect, it } from '@jest/globals';
import { summarizeLoad } from './throughput.js';

const run = (seconds: number) => ({
  seconds,
  workerCpuSeconds: seconds / 2,
  perShard: { commands: 40, bytesIn: 3000, bytesOut: 2000, cpuSeconds: 0.0005, memoryBytes: 0 },
});

it('a load is told by the medians of its rounds', () => {
  expect(summarizeLoad({ exports: 2, shards: 500 }, [run(4), run(1), run(2)])).toEqual({
    exports: 2,
    shards: 500,
    shardsPerSecond: 500,
    redis: { commands: 40, bytesIn: 3000, bytesOut: 2000, cpuMicroseconds: 500 },
    busy: { redis: 0.25, worker: 0.5 },
  });
});

import { expect, it } from '@jest/globals';
import { scaleReport } from './scale-report.js';
import type { Reading } from './scale-report.js';

const reading = (
  seconds: number,
  cpuSeconds: number,
  memoryBytes: number,
  simulatorCpuSeconds = 0,
): Reading => ({
  seconds,
  simulatorCpuSeconds,
  connections: seconds < 3 ? 3 : 63,
  redis: { commands: seconds * 100, bytesIn: 0, bytesOut: 0, cpuSeconds, memoryBytes },
});

const moments = (redisCpu: number, simulatorCpu: number) => ({
  begin: reading(0, 0, 1_000),
  accepted: reading(1, 0.5, 3_000),
  planned: reading(2, 1, 13_000),
  connected: reading(3, 1, 23_000),
  worked: reading(13, 1 + redisCpu, 18_000, simulatorCpu),
  rested: reading(23, 1.1 + redisCpu, 14_000, simulatorCpu),
});
const size = { workers: 10, exports: 10, shards: 1_000, done: 1_000, cores: 2 };

it('a run is told by what each shard, export and idle worker costs Redis', () => {
  expect(scaleReport(size, moments(5, 10))).toMatchObject({
    shardsPerSecond: 100,
    perShard: { commands: 1, cpuMicroseconds: 5_000, simulatorCpuMicroseconds: 10_000 },
    perThousandShards: { cpuSeconds: 5, memoryBytesWaiting: 10_000 },
    perThousandExports: {
      cpuSeconds: 600,
      cpuSecondsToAccept: 50,
      cpuSecondsToPlan: 50,
      memoryBytesAccepted: 200_000,
      memoryBytesWaiting: 1_200_000,
    },
    perWorker: { connections: 6, memoryBytes: 1_000 },
    perIdleWorkerAndSecond: { commands: 10, cpuMicroseconds: 1_000 },
    ceilingShardsPerSecond: 200,
  });
});

it.each([
  ['redis', 9, 1],
  ['machine', 7, 11],
  ['simulators or other processes', 5, 5],
])(
  'the bottleneck is %s when Redis used %d s and the simulators %d s in 10 s on two cores',
  (named, redis, own) => {
    expect(scaleReport(size, moments(redis, own))).toMatchObject({ bottleneck: named });
  },
);

it('where shards are left, the cost of an export is counted from that of the shards that were done', () => {
  const { rested: _, ...left } = moments(5, 10);
  const report = scaleReport({ ...size, done: 500 }, left);
  expect(report).toMatchObject({
    shardsPerSecond: 50,
    perShard: { cpuMicroseconds: 10_000 },
    perThousandExports: { cpuSeconds: 1_100 },
  });
  expect(report).not.toHaveProperty('perIdleWorkerAndSecond');
});

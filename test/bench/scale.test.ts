import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const MAIN = resolve(import.meta.dirname, '../harness/bench/dist/main.js');

test('simulated workers do all shards that wait, and the cost of each to Redis is told', async () => {
  const load = ['--workers', '4', '--shards', '60', '--exports', '6', '--clients', '6'];
  const size = [...load, '--threads', '2', '--rest', '1'];
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'scale', ...size, '--limit', '50']);
  const number: unknown = expect.any(Number);
  const report = JSON.parse(stdout) as { perShard: { commands: number } };
  expect(report).toMatchObject({
    benchmark: 'scale',
    workers: 4,
    exports: 6,
    clients: 6,
    shards: 60,
    // The files of each export are joined by one more.
    done: 66,
    shardsPerSecond: number,
    perShard: { cpuMicroseconds: number, simulatorCpuMicroseconds: number },
    perThousandShards: { cpuSeconds: number, memoryBytesWaiting: number },
    perThousandExports: { cpuSeconds: number, memoryBytesWaiting: number },
    perWorker: { connections: number, memoryBytes: number },
    perIdleWorkerAndSecond: { commands: number, cpuMicroseconds: number },
    busy: { redis: number, simulators: number },
    ceilingShardsPerSecond: number,
    trouble: { count: 0 },
  });
  // At least a claim, a renewal, a commit and what the queue does.
  expect(report.perShard.commands).toBeGreaterThan(10);
});

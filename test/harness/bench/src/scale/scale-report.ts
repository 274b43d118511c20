import { usagePer } from '../control-plane/redis-usage.js';
import type { RedisUsage } from '../control-plane/redis-usage.js';
import { rounded } from '../rounded.js';

/** The counters of Redis and of this process at one moment. */
export interface Reading {
  /** Of a clock that only goes forward. */
  readonly seconds: number;
  readonly redis: RedisUsage;
  /** Clients of Redis. */
  readonly connections: number;
  /** Processor time of the simulated workers and of all else in this process. */
  readonly simulatorCpuSeconds: number;
}

/** The moments of a run, in order. */
export interface Moments {
  readonly begin: Reading;
  readonly accepted: Reading;
  readonly planned: Reading;
  /** All workers are connected and do nothing. */
  readonly connected: Reading;
  /** All shards are done, or the time is up. */
  readonly worked: Reading;
  /** The workers have been idle for some time; absent while shards are left. */
  readonly rested?: Reading;
}

export interface ScaleSize {
  readonly workers: number;
  readonly exports: number;
  readonly shards: number;
  /** Shards that the workers have done. */
  readonly done: number;
  /** Processors that Redis and the simulators share. */
  readonly cores: number;
}

/** A share of one processor above which a process is what all else waits for. */
const BUSY = 0.85;

/** The numbers of a run. Processor time and memory are those of Redis unless the name says otherwise. */
export function scaleReport({ workers, exports, shards, done, cores }: ScaleSize, moments: Moments): object {
  const { begin, accepted, planned, connected, worked, rested } = moments;
  const work = between(connected, worked);
  const perShard = usagePer(done, connected.redis, worked.redis);
  const perThousand = (of: number, count: number): number => Math.round((1000 * of) / count);
  const cpuOfShards = (perShard.cpuSeconds * shards) / exports;
  const cpuBefore = cpuOf(begin, planned) / exports;
  return {
    shardsPerSecond: rounded(done / work.seconds),
    perShard: {
      commands: rounded(perShard.commands),
      bytesIn: rounded(perShard.bytesIn),
      bytesOut: rounded(perShard.bytesOut),
      cpuMicroseconds: rounded(perShard.cpuSeconds * 1e6),
      simulatorCpuMicroseconds: rounded((work.simulatorCpu / done) * 1e6),
    },
    perThousandShards: {
      cpuSeconds: rounded(1000 * perShard.cpuSeconds),
      memoryBytesWaiting: perThousand(bytesOf(accepted, planned), shards),
    },
    perThousandExports: {
      cpuSeconds: rounded(1000 * (cpuBefore + cpuOfShards)),
      cpuSecondsToAccept: rounded((1000 * cpuOf(begin, accepted)) / exports),
      cpuSecondsToPlan: rounded((1000 * cpuOf(accepted, planned)) / exports),
      memoryBytesAccepted: perThousand(bytesOf(begin, accepted), exports),
      memoryBytesWaiting: perThousand(bytesOf(begin, planned), exports),
    },
    perWorker: {
      connections: rounded((connected.connections - planned.connections) / workers),
      memoryBytes: Math.round(bytesOf(planned, connected) / workers),
    },
    ...(rested && { perIdleWorkerAndSecond: idleReport(worked, rested, workers) }),
    busy: { redis: rounded(work.redis), simulators: rounded(work.simulators), cores },
    bottleneck: bottleneckOf(work, cores),
    /** At which the one processor of Redis would be full. */
    ceilingShardsPerSecond: Math.round(1 / perShard.cpuSeconds),
  };
}

function idleReport(worked: Reading, rested: Reading, workers: number): object {
  const { seconds, redis } = between(worked, rested);
  return {
    commands: rounded((rested.redis.commands - worked.redis.commands) / seconds / workers),
    cpuMicroseconds: rounded((redis / workers) * 1e6),
  };
}

function cpuOf(from: Reading, to: Reading): number {
  return to.redis.cpuSeconds - from.redis.cpuSeconds;
}

function bytesOf(from: Reading, to: Reading): number {
  return to.redis.memoryBytes - from.redis.memoryBytes;
}

interface Span {
  readonly seconds: number;
  readonly simulatorCpu: number;
  /** Processors in use. */
  readonly redis: number;
  readonly simulators: number;
}

function between(from: Reading, to: Reading): Span {
  const seconds = to.seconds - from.seconds;
  const simulatorCpu = to.simulatorCpuSeconds - from.simulatorCpuSeconds;
  return {
    seconds,
    simulatorCpu,
    redis: (to.redis.cpuSeconds - from.redis.cpuSeconds) / seconds,
    simulators: simulatorCpu / seconds,
  };
}

/** The resource that was used up, so that more of it would give more shards in a second. */
function bottleneckOf(
  { redis, simulators }: Span,
  cores: number,
): 'redis' | 'machine' | 'simulators or other processes' {
  if (redis >= BUSY) return 'redis';
  return redis + simulators >= BUSY * cores ? 'machine' : 'simulators or other processes';
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CACHE_FOLDER, startLocalRedis, startStack } from '@millrace/local-stack';
import type { LocalStack, ServerProcess } from '@millrace/local-stack';
import { sampleDataDir } from '@millrace/samples';
import { idView } from '../e2e/id-view.js';
import { download, kickOff, rowsIn } from '../e2e/wire.js';
import { until } from '../until.js';
import { observe, report } from './observed.js';
import { AROUND_MS, OUTAGE_MS } from './outage-length.js';

let folder: string;
let redis: ServerProcess;
let stack: LocalStack;
const place = () => ({ dataFolder: join(folder, 'redis'), cacheFolder: CACHE_FOLDER });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-redis-lost-'));
  redis = await startLocalRedis(place());
  stack = await startStack({ data: sampleDataDir, redisUrl: redis.url, workers: 1 });
}, AROUND_MS);
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
  process.kill(redis.pid, 'SIGCONT');
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

const OUTAGES = {
  frozen: {
    begin: async () => void process.kill(redis.pid, 'SIGSTOP'),
    end: async () => void process.kill(redis.pid, 'SIGCONT'),
  },
  killed: {
    async begin() {
      process.kill(redis.pid, 'SIGKILL');
      await redis.ended;
    },
    async end() {
      redis = await startLocalRedis({ ...place(), port: Number(new URL(redis.url).port) });
    },
  },
} as const;

test.each(['frozen', 'killed'] as const)(
  'a Redis that is %s is told of once by each process, as is its return, and exports go on',
  async (kind) => {
    const services = [...stack.workers, stack.api.service];
    const looks = await Promise.all(services.map(observe));
    await OUTAGES[kind].begin();
    await wait(OUTAGE_MS);
    await OUTAGES[kind].end();
    const isBack = (lines: readonly string[]): boolean =>
      lines.some((line) => line.includes('dependency back'));
    await until(async () => services.every((service) => isBack(service.lines())), 'all to see it again');
    const { outputs } = await download(
      await kickOff(stack.api.fhirUrl, { views: [idView('Patient')], format: 'ndjson' }),
    );
    expect(rowsIn(outputs.get('patients')).length).toBeGreaterThan(0);
    const seen = await Promise.all(looks.map((look) => look()));
    for (const [index, observed] of seen.entries()) {
      report(`${index === 0 ? 'worker' : 'API'}, Redis ${kind}`, observed);
      const told = observed.lines.filter((line) => line.includes('dependency'));
      expect(told).toEqual(['error dependency lost', 'info dependency back']);
      expect(observed.lines.length).toBeLessThan(15);
    }
  },
  AROUND_MS + OUTAGE_MS,
);

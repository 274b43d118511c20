import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createRedisJobStore, subscribeToDecisions } from '@millrace/jobstore';
import { createRedisConnection, untilReady } from '@millrace/redis';
import { REDIS_URL } from '../redis-url.js';

const prefix = `{t-decisions-${randomUUID()}}`;
let redis: ReturnType<typeof connect>;
let hearing: ReturnType<typeof connect>;
const connect = (role: 'lease' | 'worker') => createRedisConnection(REDIS_URL, role);

beforeEach(() => {
  redis = connect('lease');
  hearing = connect('worker');
});

afterEach(async () => {
  await untilReady(redis, 5_000);
  const keys = await redis.keys(`${prefix}*`);
  if (keys.length > 0) await redis.unlink(keys);
  redis.disconnect();
  hearing.disconnect();
});

test('a decision reaches listeners of its export, and does so again after the connection was lost', async () => {
  await untilReady(redis, 5_000);
  const jobs = createRedisJobStore({ redis, prefix });
  // Others use the same Redis, and a connection that listens cannot be asked any more.
  const listener = await hearing.client('ID');
  const decisions = await subscribeToDecisions({ redis: hearing, prefix, onError: () => undefined });

  async function decide(): Promise<void> {
    const [id, other] = [randomUUID(), randomUUID()];
    await jobs.create({ id, tenant: 'default', client: 'anonymous' });
    await jobs.activate(id);
    let mistaken = false;
    decisions.onDecided(other, () => (mistaken = true));
    const told = new Promise<void>((resolve) => decisions.onDecided(id, resolve));
    await jobs.decide(id, { outcome: 'cancelled', nonce: 'n' });
    await told;
    expect(mistaken).toBe(false);
  }

  await decide();
  const back = new Promise((resolve) => hearing.once('ready', resolve));
  const subscribed = async () => ((await redis.pubsub('NUMSUB', `${prefix}:decided`))[1] as number) > 0;
  await redis.client('KILL', 'ID', listener);
  await back;
  while (!(await subscribed())) await new Promise(setImmediate);
  await decide();
}, 60_000);

test('a subscription that is asked for while the connection begins does not break the connection', async () => {
  let closed = 0;
  hearing.on('close', () => (closed += 1));
  // Redis is reached, and ioredis has not asked it yet whether it is ready.
  await new Promise((resolve) => hearing.once('connect', resolve));
  await subscribeToDecisions({ redis: hearing, prefix, onError: () => undefined });
  await hearing.ping();
  expect(hearing.status).toBe('ready');
  expect(closed).toBe(0);
});

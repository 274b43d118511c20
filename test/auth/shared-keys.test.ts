import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cachedKeys, keysFor, redisSharedKeys } from '@millrace/auth';
import { createRedisConnection, untilReady } from '@millrace/redis';
import type { RedisClient } from '@millrace/redis';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import type { JWK } from 'jose';
import { REDIS_URL } from '../redis-url.js';

const URL = 'https://idp.example/jwks';
const SECRET = `${randomUUID()}${randomUUID()}`;

interface Signer {
  readonly jwk: JWK;
  readonly token: string;
}

async function signer(kid: string): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const token = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
  return { jwk: { ...(await exportJWK(publicKey)), kid }, token };
}

let redis: RedisClient;
let first: Signer;
let second: Signer;

beforeAll(async () => {
  redis = createRedisConnection(REDIS_URL, 'request');
  await untilReady(redis, 5000);
  first = await signer('first');
  second = await signer('second');
});
afterAll(() => redis.disconnect());

/** An issuer, and any number of instances that know it. */
function world() {
  const state = { keys: [first.jwk], at: Date.now(), asked: 0, distrusted: 0, pauses: 0 };
  const prefix = `{auth-${randomUUID()}}`;
  const instance = (secret: string = SECRET, client: RedisClient = redis) => {
    const keys = cachedKeys(URL, {
      now: () => state.at,
      async fetch() {
        state.asked += 1;
        return { keys: { keys: [...state.keys] }, maxAgeSeconds: 60 };
      },
      shared: redisSharedKeys({
        redis: client,
        prefix,
        keysOf: () => keysFor([secret], 'shared-keys'),
        onDistrusted: () => (state.distrusted += 1),
        now: () => state.at,
      }),
      async pause() {
        state.pauses += 1;
      },
    });
    return async ({ token }: Signer): Promise<boolean> =>
      jwtVerify(token, keys).then(
        () => true,
        () => false,
      );
  };
  return { state, prefix, instance };
}

describe('instances that share the keys of an issuer', () => {
  test('ask for them once', async () => {
    const { state, instance } = world();
    const instances = Array.from({ length: 5 }, () => instance());
    expect(await Promise.all(instances.map((counts) => counts(first)))).toEqual(Array(5).fill(true));
    expect(state.asked).toBe(1);
  });

  test('ask again for a new key once in a while, however many keys are made up', async () => {
    const { state, prefix, instance } = world();
    const instances = Array.from({ length: 5 }, () => instance());
    for (const counts of instances) expect(await counts(first)).toBe(true);
    state.keys = [first.jwk, second.jwk];
    state.at += 11_000;
    // The time of the test passes for Redis too.
    const turns = await redis.keys(`${prefix.replaceAll(/[{}]/g, '\\$&')}:auth:jwks-turn:*`);
    await redis.del(turns);
    const stranger = await signer('made up');
    for (const counts of instances) {
      expect(await counts(stranger)).toBe(false);
      expect(await counts(second)).toBe(true);
    }
    expect(state.asked).toBe(2);
  });

  test('believe no key that somebody else wrote to Redis', async () => {
    const { state, prefix, instance } = world();
    expect(await instance()(first)).toBe(true);
    const [key = ''] = await redis.keys(`${prefix.replaceAll(/[{}]/g, '\\$&')}:auth:jwks:*`);
    const text = (await redis.get(key)) ?? '';
    expect(text).toContain(String(first.jwk.x));
    const forged = text
      .replace(String(first.jwk.x), String(second.jwk.x))
      .replace(String(first.jwk.y), String(second.jwk.y))
      .replace('"first"', '"second"');
    expect(forged).not.toBe(text);
    await redis.set(key, forged, 'PX', 60_000);
    expect(await instance()(second)).toBe(false);
    expect(state.distrusted).toBeGreaterThan(0);
    await redis.set(key, text, 'PX', 60_000);
    const before = state.distrusted;
    expect(await instance(`${randomUUID()}${randomUUID()}`)(first)).toBe(true);
    expect(state.distrusted).toBeGreaterThan(before);
  });

  test('get them themselves while Redis is away, and take what they have in memory', async () => {
    const { state, instance } = world();
    const away = createRedisConnection(REDIS_URL, 'request');
    await untilReady(away, 5000);
    const counts = instance(SECRET, away);
    expect(await counts(first)).toBe(true);
    away.disconnect();
    expect(await counts(first)).toBe(true);
    expect(await instance(SECRET, away)(first)).toBe(true);
    state.at += 61_000;
    expect(await counts(first)).toBe(true);
    expect(state.asked).toBe(3);
  });
});

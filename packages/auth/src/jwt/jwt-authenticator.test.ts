import { beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { KeysUnavailableError } from '../errors.js';
import { mayRead } from '../scopes.js';
import { makeKey } from '../testing/signed.js';
import type { TestKey } from '../testing/signed.js';
import { jwtAuthenticator } from './jwt-authenticator.js';
import { cachedKeys, givenKeys } from './key-cache.js';
import { maxAgeOf, readKeySet } from './key-document.js';

let key: TestKey;
let other: TestKey;

beforeAll(async () => {
  key = await makeKey('one', 'RS256');
  other = await makeKey('two', 'ES384');
});

const now = Math.floor(Date.now() / 1000);
const claims = {
  iss: 'https://idp.example',
  aud: 'https://sof.example/fhir',
  exp: now + 60,
  client_id: 'etl',
  tenant: 'north',
  scope: 'openid system/Patient.rs',
};

const terms = {
  issuer: claims.iss,
  audience: claims.aud,
  algorithms: ['RS256'],
  toleranceSeconds: 5,
  tenant: { claim: 'tenant' },
  clientClaim: undefined,
};

describe('tokens of an identity provider', () => {
  const authenticate = (token: string) =>
    jwtAuthenticator({ ...terms, keys: givenKeys({ keys: [key.publicKey, other.publicKey] }) }).authenticate(
      token,
    );

  test('say who asks, and what they may do', async () => {
    const { tenant, client, scopes } = await authenticate(await key.sign(claims));
    expect([tenant, client, mayRead(scopes, 'Patient'), mayRead(scopes, 'Group')]).toEqual([
      'north',
      'etl',
      true,
      false,
    ]);
    const listed = await authenticate(
      await key.sign({ ...claims, scope: undefined, scp: ['system/Group.rs'] }),
    );
    expect(mayRead(listed.scopes, 'Group')).toBe(true);
  });

  test.each([
    ['has expired', { exp: now - 60 }, 'has expired'],
    ['never expires', { exp: undefined }, 'claim exp'],
    ['does not count yet', { nbf: now + 600 }, 'does not count yet'],
    ['is of another issuer', { iss: 'https://other.example' }, 'another issuer'],
    ['is for another audience', { aud: 'https://other.example' }, 'another audience'],
    ['names no tenant', { tenant: undefined }, 'is no tenant'],
  ])('are refused when one %s', async (_, change, reason) => {
    await expect(authenticate(await key.sign({ ...claims, ...change }))).rejects.toThrow(reason);
  });

  test('are refused when their algorithm or their signature is not the right one', async () => {
    const { x = '', n = '' } = { ...other.publicKey, ...key.publicKey };
    const byPublicKey = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .sign(new TextEncoder().encode(n + x));
    const [head, body] = (await key.sign(claims)).split('.');
    await expect(authenticate(new UnsecuredJWT(claims).encode())).rejects.toThrow('not allowed');
    await expect(authenticate(byPublicKey)).rejects.toThrow('algorithm that is not allowed');
    await expect(authenticate(await other.sign(claims))).rejects.toThrow('algorithm that is not allowed');
    await expect(authenticate(`${head}.${body}.AAAA`)).rejects.toThrow('signature of the token is wrong');
    await expect(authenticate(await key.sign(claims, { kid: 'three' }))).rejects.toThrow(
      'a key that its issuer',
    );
    await expect(authenticate('x'.repeat(20_000))).rejects.toThrow('longer than');
    await expect(authenticate('abc')).rejects.toThrow('no signed JWT');
  });
});

describe('the keys of a URL', () => {
  /** An issuer whose document, clock and state a test sets. */
  function issuer() {
    const state = { keys: [key.publicKey], at: 1_000_000, asked: 0, isAway: false, maxAgeSeconds: 60 };
    const keys = cachedKeys('https://idp.example/jwks', {
      now: () => state.at,
      fetch() {
        state.asked += 1;
        if (state.isAway) return Promise.reject(new KeysUnavailableError('away'));
        return Promise.resolve({ keys: { keys: state.keys }, maxAgeSeconds: state.maxAgeSeconds });
      },
    });
    const authenticator = jwtAuthenticator({ ...terms, algorithms: ['RS256', 'ES384'], keys });
    return { state, authenticate: (token: string) => authenticator.authenticate(token) };
  }

  test('the keys are fetched once for any number of requests, and kept as long as their server allows', async () => {
    const { state, authenticate } = issuer();
    const token = await key.sign(claims);
    await Promise.all(Array.from({ length: 20 }, () => authenticate(token)));
    state.at += 59_000;
    await authenticate(token);
    expect(state.asked).toBe(1);
    state.at += 2_000;
    await authenticate(token);
    expect(state.asked).toBe(2);
  });

  test('are read again for a key that is new, and not for each one that is made up', async () => {
    const { state, authenticate } = issuer();
    await authenticate(await key.sign(claims));
    state.keys = [other.publicKey];
    state.at += 11_000;
    await expect(authenticate(await other.sign(claims))).resolves.toMatchObject({ client: 'etl' });
    await expect(authenticate(await key.sign(claims))).rejects.toThrow('a key that its issuer does not have');
    for (const kid of ['a', 'b', 'c'])
      await expect(authenticate(await key.sign(claims, { kid }))).rejects.toThrow('does not have');
    expect(state.asked).toBe(2);
  });

  test('count for ten minutes more while the issuer is away', async () => {
    const { state, authenticate } = issuer();
    const token = await key.sign(claims);
    await authenticate(token);
    state.isAway = true;
    state.at += 600_000;
    await expect(authenticate(token)).resolves.toMatchObject({ client: 'etl' });
    state.at += 61_000;
    await expect(authenticate(token)).rejects.toThrow(KeysUnavailableError);
    state.isAway = false;
    state.at += 11_000;
    await expect(authenticate(token)).resolves.toMatchObject({ client: 'etl' });
  });

  test.each([
    [null, undefined],
    ['max-age=90', 90],
    ['public, MAX-AGE="7"', 7],
    ['no-store', 0],
    ['max-age=90, no-cache', 0],
    ['max-age=x', undefined],
  ])('Cache-Control %j keeps them for %p seconds', (header, seconds) => {
    expect(maxAgeOf(header)).toBe(seconds);
  });

  test('are never private ones, nor too many', () => {
    expect(() => readKeySet({ keys: [{ kty: 'EC', d: 'x' }] })).toThrow('private part');
    expect(() => readKeySet({ keys: Array.from({ length: 101 }, () => ({ kty: 'EC' })) })).toThrow();
    expect(readKeySet({ keys: [{ kty: 'oct', k: 'x' }] })).toEqual({ keys: [] });
  });
});

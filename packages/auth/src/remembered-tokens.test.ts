import { expect, test } from '@jest/globals';
import { TokenRefusedError } from './errors.js';
import { rememberTokens } from './remembered-tokens.js';
import { ALL_SCOPES } from './scopes.js';

function setUp(expiresAt: number) {
  const state = { at: 0, verified: 0, isRefusing: false };
  const authenticator = rememberTokens(
    {
      authenticate(token) {
        state.verified += 1;
        if (state.isRefusing) return Promise.reject(new TokenRefusedError('wrong'));
        return Promise.resolve({ tenant: 't', client: token, scopes: ALL_SCOPES, expiresAt });
      },
    },
    () => state.at,
  );
  return { state, authenticate: authenticator.authenticate };
}

test('a token is verified once in a minute, and never counts for longer than it says', async () => {
  const long = setUp(1_000_000);
  for (const at of [0, 59_999, 60_000]) {
    long.state.at = at;
    expect((await long.authenticate('a')).client).toBe('a');
  }
  expect(long.state.verified).toBe(2);
  const short = setUp(10_000);
  await short.authenticate('a');
  short.state.at = 10_000;
  short.state.isRefusing = true;
  await expect(short.authenticate('a')).rejects.toThrow('wrong');
});

test('each token is its own, a refusal is not remembered, and thousands of tokens are not kept', async () => {
  const { state, authenticate } = setUp(1_000_000);
  state.isRefusing = true;
  await expect(authenticate('a')).rejects.toThrow('wrong');
  state.isRefusing = false;
  expect((await authenticate('a')).client).toBe('a');
  expect((await authenticate('b')).client).toBe('b');
  for (let n = 0; n < 1000; n += 1) await authenticate(`t${n}`);
  const before = state.verified;
  await authenticate('t999');
  expect(state.verified).toBe(before);
  await authenticate('a');
  expect(state.verified).toBe(before + 1);
});

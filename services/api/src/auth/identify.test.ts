import { describe, expect, test } from '@jest/globals';
import { ALL_SCOPES, TokenRefusedError } from '@millrace/auth';
import { byToken } from './identify.js';

const { identify } = byToken(
  {
    async authenticate(token) {
      if (token !== 'right') throw new TokenRefusedError('is not right');
      return { tenant: 'north', client: 'etl', scopes: ALL_SCOPES, expiresAt: Infinity };
    },
  },
  'https://sof.example/fhir',
  undefined,
);

/** As Node has it: `get` gives the first one. */
function ask(values: readonly string[], secure = true) {
  const rawHeaders = values.flatMap((value, at) => [at % 2 === 0 ? 'Authorization' : 'authorization', value]);
  const get = (name: string) => (name === 'Authorization' ? values[0] : undefined);
  // Express has overloads of `get` that nobody calls here.
  return identify({ get: get as never, rawHeaders, secure });
}

describe('the bearer token of a request', () => {
  test.each(['Bearer right', 'bearer right', 'BEARER   right'])('is read from %j', async (value) => {
    expect(await ask([value])).toMatchObject({ tenant: 'north', client: 'etl' });
  });

  test.each([
    ['nothing'],
    ['another scheme', 'Basic right'],
    ['no blank', 'Bearerright'],
    ['a tab', 'Bearer\tright'],
    ['something behind it', 'Bearer right, Bearer wrong'],
    ['other characters', 'Bearer right\u00e9'],
    ['nothing behind the scheme', 'Bearer '],
    ['two headers', 'Bearer right', 'Bearer right'],
    ['two headers of which the second is wrong', 'Bearer right', 'Bearer wrong'],
  ])('does not count with %s', async (_, ...values) => {
    await expect(ask(values)).rejects.toThrow(TokenRefusedError);
  });

  test('does not count where others on the way could read it', async () => {
    await expect(ask(['Bearer right'], false)).rejects.toThrow('over HTTPS only');
  });
});

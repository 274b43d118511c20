import { expect, test } from '@jest/globals';
import { clientName, isTenant, ownerOfClaims } from './principal.js';

test('names of clients are plain, and never those of others', () => {
  const digest = clientName('https://client.example/a b');
  expect(digest).toMatch(/^sha256-[0-9a-f]{64}$/);
  const ids = ['etl', 'anonymous', 'operator', 'signed-url', 'a/b', '', 'x'.repeat(65), digest];
  const names = ids.map(clientName);
  expect(names[0]).toBe('etl');
  expect(new Set([...names, digest]).size).toBe(ids.length + 1);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9._@-]{1,71}$/);
});

test.each(['', '_audit', 'a/b', '..', 'a.b', 'x'.repeat(64), 'ä', '{x}'])('%j is no tenant', (text) => {
  expect(isTenant(text)).toBe(false);
  expect(() =>
    ownerOfClaims({ tenant: text, sub: 'a' }, { tenant: { claim: 'tenant' }, clientClaim: undefined }),
  ).toThrow('the claim tenant of the token is no tenant');
});

test('a token says whose it is, or the configuration does', () => {
  const claims = { tenant: 'north', sub: 'subject', azp: 'party' };
  const byClaim = { tenant: { claim: 'tenant' }, clientClaim: undefined };
  expect(ownerOfClaims(claims, byClaim)).toEqual({ tenant: 'north', client: 'party' });
  expect(ownerOfClaims(claims, { tenant: { fixed: 'south' }, clientClaim: 'sub' })).toEqual({
    tenant: 'south',
    client: 'subject',
  });
  expect(() => ownerOfClaims({ tenant: 'north' }, byClaim)).toThrow('the token names no client');
});

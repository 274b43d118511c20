import { expect, test } from '@jest/globals';
import { keysFor } from './secrets.js';
import { signFile, verifySignedFile } from './signed-urls.js';

const NOW = 1_800_000_000_000;
const file = { tenant: 'north', exportId: 'a1', name: 'people.part1.csv' };
const [old, young] = ['o'.repeat(32), 'y'.repeat(32)];
const query = signFile(file, NOW + 60_000, keysFor([old], 'signed-url'));
const given = Object.fromEntries(new URLSearchParams(query));
const verdict = (change: object = {}, of: object = {}, secrets = [old], now = NOW) =>
  verifySignedFile({ ...file, ...of }, { ...given, ...change }, keysFor(secrets, 'signed-url'), now).kind;

test('a signed URL is for its file until it expires, and as long as its secret counts', () => {
  expect(verdict()).toBe('valid');
  expect(verdict({}, {}, [young, old])).toBe('valid');
  expect(verdict({}, {}, [old], NOW + 60_000)).toBe('expired');
  expect(verdict({}, {}, [young])).toBe('wrong');
  expect(verdict({ signature: undefined })).toBe('unsigned');
});

test.each([
  [{ tenant: 'south' }, {}],
  [{ expires: '9999999999' }, {}],
  [{ signature: 'AAAA' }, {}],
  [{ signature: `${given['signature']}=` }, {}],
  [{ signature: `${given['signature']} ` }, {}],
  [{ signature: [given['signature'], given['signature']] }, {}],
  [{ key: 'other' }, {}],
  [{ tenant: '../x' }, {}],
  [{}, { name: 'other.part1.csv' }],
  [{}, { exportId: 'a2' }],
])('it does not count with %j for %j', (change, of) => {
  expect(verdict(change, of)).toBe('wrong');
});

test('no character of a signed URL can be another one', () => {
  const counting: string[] = [];
  for (const [name, value] of Object.entries(given))
    for (const at of value.split('').keys())
      for (let bit = 0; bit < 7; bit += 1) {
        const flipped = String.fromCharCode(value.charCodeAt(at) ^ (1 << bit));
        const changed = `${value.slice(0, at)}${flipped}${value.slice(at + 1)}`;
        if (verdict({ [name]: changed }) !== 'wrong') counting.push(`${name}=${changed}`);
      }
  expect(counting).toEqual([]);
});

test('no parameter of a signed URL can be missing, or there twice', () => {
  for (const name of ['tenant', 'expires', 'key', 'signature'])
    expect(verdict({ [name]: [given[name], given[name]] })).toBe('wrong');
  for (const name of ['tenant', 'expires', 'key']) expect(verdict({ [name]: undefined })).toBe('wrong');
});

test('a secret signs for one purpose only', () => {
  const keys = keysFor([old], 'access-token');
  expect(verifySignedFile(file, given, keys, NOW).kind).toBe('wrong');
});

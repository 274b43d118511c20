import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readClients } from './registered-clients.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-clients-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(jwks: object): Promise<readonly string[]> {
  const file = join(folder, 'clients.json');
  const client = { client_id: 'etl', scope: 'system/*.rs', jwks };
  await writeFile(file, JSON.stringify({ clients: [client] }));
  return (await readClients(file)).map(({ id }) => id);
}

const rsa = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });
const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' });

test('clients have keys by which their assertions can be verified', async () => {
  expect(await read({ keys: [rsa(2048), { kty: 'EC', crv: 'P-384', x, y }] })).toEqual(['etl']);
});

test.each([
  ['no key', [], 'has no key'],
  ['a shared secret alone', [{ kty: 'oct', k: 'c2VjcmV0' }], 'has no key'],
  ['a weak key', [rsa(1024)], 'has 1024 bits'],
  ['a key without its point', [{ kty: 'EC', crv: 'P-384', x }], 'is no public key'],
  ['a key that is on no curve', [{ kty: 'EC', crv: 'P-384', x, y: x }], 'is no public key'],
  ['a private key', [{ kty: 'EC', crv: 'P-384', x, y, d: x }], 'private part'],
])('a client with %s is refused when its file is read', async (_, keys, reason) => {
  await expect(read({ keys })).rejects.toThrow(reason);
});

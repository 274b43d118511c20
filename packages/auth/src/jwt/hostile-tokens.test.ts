import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { JWK } from 'jose';
import { TokenRefusedError } from '../errors.js';
import { jwtAuthenticator } from './jwt-authenticator.js';
import { givenKeys } from './key-cache.js';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256' } as JWK;
const ec = { ...curve.publicKey.export({ format: 'jwk' }), kid: 'e', alg: 'ES256' } as JWK;

const now = Math.floor(Date.now() / 1000);
const claims = {
  iss: 'https://idp.example',
  aud: 'https://sof.example/fhir',
  exp: now + 60,
  client_id: 'etl',
  tenant: 'north',
  scope: 'system/Patient.rs',
};

const authenticate = (token: string) =>
  jwtAuthenticator({
    issuer: claims.iss,
    audience: claims.aud,
    algorithms: ['RS256', 'ES256'],
    toleranceSeconds: 5,
    tenant: { claim: 'tenant' },
    clientClaim: undefined,
    keys: givenKeys({ keys: [rsa, ec] }),
  }).authenticate(token);

const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A token by its text, so that it may have what no library writes. */
function signed(header: unknown, payload: unknown, key = privateKey): string {
  const text = `${encoded(header)}.${encoded(payload)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}
const good = { alg: 'RS256', kid: 'k', typ: 'JWT' };
const withClaims = (change: object): string => signed(good, { ...claims, ...change });

function macWith(secret: string | Buffer, header: object = { alg: 'HS256', kid: 'k' }): string {
  const text = `${encoded(header)}.${encoded(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

test('a token that is signed by its text counts, so that the others fail for what is wrong with them', async () => {
  await expect(authenticate(signed(good, claims))).resolves.toMatchObject({ tenant: 'north', client: 'etl' });
});

const unsigned = (alg: unknown): string => `${encoded({ alg, kid: 'k' })}.${encoded(claims)}.`;
const pem = publicKey.export({ format: 'pem', type: 'spki' });

describe('a token is refused whose header', () => {
  const jwk = attacker.publicKey.export({ format: 'jwk' });
  test.each([
    ...['none', 'None', 'NONE', 'nOnE', '', undefined, null, 0, ['RS256'], 'RS256 ', 'rs256'].map(
      (alg): [string, string] => [`has alg ${JSON.stringify(alg)} and no signature`, unsigned(alg)],
    ),
    ['makes a secret of the public key in PEM', macWith(pem)],
    ['makes a secret of the public key in PEM without its end', macWith(String(pem).trimEnd())],
    ['makes a secret of the public key in DER', macWith(publicKey.export({ format: 'der', type: 'spki' }))],
    ['makes a secret of the JWK', macWith(JSON.stringify(rsa))],
    ['makes a secret of nothing', macWith('')],
    ['brings its key as jwk', signed({ ...good, jwk }, claims, attacker.privateKey)],
    ['brings its key as jwk without kid', signed({ alg: 'RS256', jwk }, claims, attacker.privateKey)],
    [
      'says where its key is by jku',
      signed({ ...good, jku: 'https://evil.example/jwks' }, claims, attacker.privateKey),
    ],
    [
      'says where its key is by x5u',
      signed({ ...good, x5u: 'https://evil.example/x' }, claims, attacker.privateKey),
    ],
    ['brings a certificate', signed({ ...good, x5c: [jwk.n] }, claims, attacker.privateKey)],
    ...[
      '../../../dev/null',
      '/dev/null',
      "k' OR '1'='1",
      'k\u0000',
      'K',
      ' k',
      '__proto__',
      'x'.repeat(9000),
    ].map((kid): [string, string] => [
      `has kid ${kid.slice(0, 30)}`,
      signed({ ...good, kid }, claims, attacker.privateKey),
    ]),
    ['has a kid of numbers', signed({ ...good, kid: 1 }, claims, attacker.privateKey)],
    ['has what it calls critical', signed({ ...good, crit: ['x'], x: 1 }, claims)],
    ['does not encode its payload', signed({ ...good, crit: ['b64'], b64: false }, claims)],
    ['names the other algorithm of another key', signed({ ...good, kid: 'e' }, claims)],
    ['is a list', signed([good], claims)],
    ['is no JSON', signed('{', claims)],
  ])('%s', async (_, token) => {
    await expect(authenticate(token)).rejects.toThrow(TokenRefusedError);
  });
});

describe('a token is refused whose claims', () => {
  test.each([
    ['are a list', signed(good, [claims])],
    ['are a text', signed(good, '"x"')],
    ['are null', signed(good, 'null')],
    ['are nested too deeply', signed(good, `${'['.repeat(5000)}${']'.repeat(5000)}`)],
    ['have exp as a text', withClaims({ exp: String(now + 60) })],
    ['have exp as a list', withClaims({ exp: [now + 60] })],
    ['have no exp', withClaims({ exp: null })],
    ['have an exp of before, with more than clocks differ', withClaims({ exp: now - 60 })],
    ['have nbf as a text', withClaims({ nbf: String(now) })],
    ['have nbf in the future, with more than clocks differ', withClaims({ nbf: now + 60 })],
    ['have aud without ours', withClaims({ aud: ['https://other.example', `${claims.aud}/`] })],
    ['have aud in other letters', withClaims({ aud: claims.aud.toUpperCase() })],
    ['have a longer aud', withClaims({ aud: `${claims.aud}/token` })],
    ['have aud as an object', withClaims({ aud: { [claims.aud]: true } })],
    ['have an empty aud', withClaims({ aud: '' })],
    ['have iss in a list', withClaims({ iss: [claims.iss] })],
    ['have a longer iss', withClaims({ iss: `${claims.iss}/` })],
    [
      'name a tenant and then something else',
      signed(good, JSON.stringify(claims).replace('"tenant":"north"', '"tenant":"north","tenant":["south"]')),
    ],
    ['name no client', withClaims({ client_id: '' })],
    ['name a client that is no text', withClaims({ client_id: { a: 1 } })],
  ])('%s', async (_, token) => {
    await expect(authenticate(token)).rejects.toThrow(TokenRefusedError);
  });
});

describe('a token is refused that', () => {
  const text = signed(good, claims);
  const [head = '', body = '', signature = ''] = text.split('.');
  const empty = `${encoded({ alg: 'ES256', kid: 'e' })}.${encoded(claims)}`;
  test.each([
    ['has no signature', `${head}.${body}.`],
    ['has two parts', `${head}.${body}`],
    ['has four parts', `${text}.x`],
    ['is encrypted', `${head}.x.${body}.y.${signature}`],
    ['has the signature of another text', `${head}.${encoded({ ...claims, tenant: 'south' })}.${signature}`],
    ['has a curve signature of zeros', `${empty}.${Buffer.alloc(64).toString('base64url')}`],
    ['has a curve signature of nothing', `${empty}.`],
    ['has a curve signature of one byte', `${empty}.AA`],
    ['is huge', `${head}.${'A'.repeat(1 << 20)}.${signature}`],
    ['is a dot', '.'],
    ['is two dots', '..'],
  ])('%s', async (_, token) => {
    await expect(authenticate(token)).rejects.toThrow(TokenRefusedError);
  });
});

test('clocks may differ by as much as the settings say', async () => {
  await expect(authenticate(withClaims({ exp: now - 2 }))).resolves.toMatchObject({ client: 'etl' });
  await expect(authenticate(withClaims({ nbf: now + 2 }))).resolves.toMatchObject({ client: 'etl' });
});

test('one of several audiences may be ours', async () => {
  const token = withClaims({ aud: ['https://other.example', claims.aud] });
  await expect(authenticate(token)).resolves.toMatchObject({ client: 'etl' });
});

test('of keys with one kid, that of the algorithm is taken', async () => {
  const keys = givenKeys({ keys: [{ ...ec, kid: 'k' }, { ...rsa, alg: 'RS512' }, rsa] });
  const { client } = await jwtAuthenticator({
    issuer: claims.iss,
    audience: claims.aud,
    algorithms: ['RS256', 'ES256'],
    toleranceSeconds: 5,
    tenant: { claim: 'tenant' },
    clientClaim: undefined,
    keys,
  }).authenticate(signed(good, claims));
  expect(client).toBe('etl');
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { UnsecuredJWT, generateSecret, SignJWT } from 'jose';
import { givenKeys } from '../jwt/key-cache.js';
import { memorySeenAssertions } from '../replay/memory-seen-assertions.js';
import { readScopes } from '../scopes.js';
import { keysFor } from '../secrets.js';
import { makeKey } from '../testing/signed.js';
import type { TestKey } from '../testing/signed.js';
import { ownTokenAuthenticator } from './access-tokens.js';
import type { RegisteredClients } from './registered-clients.js';
import { answerTokenRequest } from './token-endpoint.js';
import type { TokenTerms } from './token-endpoint.js';

const TOKEN_URL = 'https://sof.example/fhir/token';
const BASE = 'https://sof.example/fhir';
const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const keys = new Map<string, TestKey>();
let clients: RegisteredClients;
let stranger: TestKey;

beforeAll(async () => {
  for (const alg of ['RS384', 'ES384', 'RS256']) keys.set(alg, await makeKey(`key-${alg}`, alg));
  stranger = await makeKey('key-ES384', 'ES384');
  clients = new Map([
    [
      'etl',
      {
        id: 'etl',
        tenant: 'north',
        scopes: readScopes('system/Patient.rs system/Group.rs'),
        keys: givenKeys({ keys: [...keys.values()].map(({ publicKey }) => publicKey) }),
        keysUrl: 'https://client.example/jwks',
      },
    ],
  ]);
});

let jti = 0;
const claims = (change: object = {}) => {
  const exp = Math.floor(Date.now() / 1000) + 240;
  return { iss: 'etl', sub: 'etl', aud: TOKEN_URL, exp, jti: `id-${(jti += 1)}`, ...change };
};
const sign = (alg: string, change?: object, header?: Record<string, string | undefined>) => {
  const key = keys.get(alg);
  if (key === undefined) throw new Error(alg);
  return key.sign(claims(change), header);
};

function endpoint(secrets = ['a'.repeat(32)]) {
  const terms: TokenTerms = {
    clients,
    tokenUrl: TOKEN_URL,
    seen: memorySeenAssertions(),
    baseUrl: BASE,
    keys: keysFor(secrets, 'access-token'),
    lifetimeSeconds: 300,
    now: Date.now,
  };
  const ask = (assertion: string, change: Record<string, string> = {}) =>
    answerTokenRequest(
      new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: TYPE,
        client_assertion: assertion,
        scope: 'system/*.rs',
        ...change,
      }),
      terms,
    );
  return { ask, terms };
}

describe('the token endpoint', () => {
  test.each(['RS384', 'ES384'])('gives a client with %s a token that its API takes', async (alg) => {
    const { ask, terms } = endpoint();
    const { status, body } = await ask(await sign(alg));
    expect({ status, ...body }).toMatchObject({
      status: 200,
      token_type: 'bearer',
      expires_in: 300,
      scope: 'system/Patient.rs system/Group.rs',
    });
    const principal = await ownTokenAuthenticator(terms, clients).authenticate(String(body['access_token']));
    expect([principal.tenant, principal.client, principal.scopes.words]).toEqual([
      'north',
      'etl',
      ['system/Patient.rs', 'system/Group.rs'],
    ]);
  });

  test('takes an assertion once', async () => {
    const { ask } = endpoint();
    const assertion = await sign('ES384');
    const answers = await Promise.all([ask(assertion), ask(assertion), ask(assertion)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    expect((await ask(assertion)).body).toMatchObject({
      error: 'invalid_client',
      error_description: expect.stringContaining('used before'),
    });
  });

  test.each([
    ['aud of another server', () => sign('ES384', { aud: 'https://other.example/token' }), 'its aud'],
    [
      'aud of another server too',
      () => sign('ES384', { aud: [TOKEN_URL, 'https://other.example/token'] }),
      'its aud',
    ],
    ['aud of the FHIR base', () => sign('ES384', { aud: BASE }), 'its aud'],
    ['aud with a slash behind it', () => sign('ES384', { aud: `${TOKEN_URL}/` }), 'its aud'],
    ['exp as a text', () => sign('ES384', { exp: String(Math.floor(Date.now() / 1000) + 60) }), 'its exp'],
    ['nbf in the future', () => sign('ES384', { nbf: Math.floor(Date.now() / 1000) + 60 }), 'its nbf'],
    ['a jti of numbers', () => sign('ES384', { jti: 1 }), 'its jti'],
    ['a jti without end', () => sign('ES384', { jti: 'x'.repeat(600) }), 'its jti'],
    [
      'a client that every object has',
      () => sign('ES384', { iss: '__proto__', sub: '__proto__' }),
      'registered client',
    ],
    ['a kid of another place', () => sign('ES384', {}, { kid: '../../key-ES384' }), 'registered client'],
    ['exp that is too far', () => sign('ES384', { exp: Math.floor(Date.now() / 1000) + 3600 }), 'its exp'],
    ['exp in the past', () => sign('ES384', { exp: Math.floor(Date.now() / 1000) - 60 }), 'expired'],
    ['no exp', () => sign('ES384', { exp: undefined }), 'its exp'],
    ['no jti', () => sign('ES384', { jti: undefined }), 'its jti'],
    ['another sub', () => sign('ES384', { sub: 'other' }), 'its sub'],
    ['an unknown client', () => sign('ES384', { iss: 'other', sub: 'other' }), 'registered client'],
    ['an unknown kid', () => sign('ES384', {}, { kid: 'other' }), 'registered client'],
    ['no kid', () => sign('ES384', {}, { kid: undefined }), 'no kid'],
    ['jku elsewhere', () => sign('ES384', {}, { jku: 'https://evil.example/jwks' }), 'jku'],
    ['typ of another kind', () => sign('ES384', {}, { typ: 'at+jwt' }), 'its typ'],
    ['an algorithm of less', () => sign('RS256'), 'its alg'],
    ['alg none', () => Promise.resolve(new UnsecuredJWT(claims()).encode()), 'its alg'],
    ['a key of somebody else', () => stranger.sign(claims()), 'registered client'],
    [
      'a shared secret',
      async () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: 'HS256', kid: 'key-ES384', typ: 'JWT' })
          .sign(await generateSecret('HS256')),
      'its alg',
    ],
    ['no JWT', () => Promise.resolve('abc'), 'no JWT'],
  ])('refuses an assertion with %s', async (_, make, reason) => {
    const { status, body } = await endpoint().ask(await make());
    expect(status).toBe(400);
    expect(body).toEqual({ error: 'invalid_client', error_description: expect.stringContaining(reason) });
  });

  test.each([
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{ client_assertion_type: 'x' }, 'invalid_request'],
    [{ client_assertion: '' }, 'invalid_request'],
    [{ client_assertion_type: `${TYPE} ` }, 'invalid_request'],
    [{ client_assertion_type: TYPE.toUpperCase() }, 'invalid_request'],
    [{ scope: 'system/Observation.rs' }, 'invalid_scope'],
    [{ scope: 'system/Observation.rs?patient=x' }, 'invalid_scope'],
    [{ scope: 'system/patient.rs' }, 'invalid_scope'],
    [{ scope: 'user/Patient.rs patient/Patient.rs' }, 'invalid_scope'],
  ])('refuses %j as %s', async (change, error) => {
    const { status, body } = await endpoint().ask(await sign('ES384'), change);
    expect([status, body['error']]).toEqual([400, error]);
  });

  test.each([
    ['system/*.cruds', 'system/Patient.rs system/Group.rs'],
    ['system/Patient.cruds', 'system/Patient.rs'],
    ['system/Patient.write system/Patient.r', 'system/Patient.r'],
    ['system/Patient.rs operator', 'system/Patient.rs'],
    ['system/*.*', 'system/Patient.rs system/Group.rs'],
    ['system/Patient.rs\tsystem/Observation.rs system/Group.s', 'system/Group.s'],
  ])('gives no more than a client is registered for where it asks for %j', async (scope, given) => {
    const { status, body } = await endpoint().ask(await sign('ES384'), { scope });
    expect([status, body['scope']]).toEqual([200, given]);
  });

  test('refuses a field that is there twice, and a body that is no form', async () => {
    const { terms } = endpoint();
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: TYPE,
      client_assertion: await sign('ES384'),
      scope: 'system/Patient.rs',
    });
    form.append('scope', 'system/*.cruds');
    for (const body of [form, undefined])
      expect(await answerTokenRequest(body, terms)).toMatchObject({
        status: 400,
        body: { error: 'invalid_request' },
      });
  });

  test('has tokens of an old secret count until that is removed', async () => {
    const [old, young] = ['o'.repeat(32), 'y'.repeat(32)];
    const { body } = await endpoint([old]).ask(await sign('ES384'));
    const token = String(body['access_token']);
    const both = ownTokenAuthenticator(endpoint([young, old]).terms, clients);
    await expect(both.authenticate(token)).resolves.toMatchObject({ client: 'etl' });
    const alone = ownTokenAuthenticator(endpoint([young]).terms, clients);
    await expect(alone.authenticate(token)).rejects.toThrow('a key that its issuer does not have');
    const without = ownTokenAuthenticator(endpoint([old]).terms, new Map());
    await expect(without.authenticate(token)).rejects.toThrow('not registered any more');
  });
});

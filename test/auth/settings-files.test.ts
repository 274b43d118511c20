import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { openPlatform } from '../api/start-api.js';
import type { Platform } from '../api/start-api.js';
import { until } from '../until.js';

interface Client {
  readonly registration: object;
  token(): Promise<{ readonly status: number; readonly token: string | undefined }>;
}

let platform: Platform;
let api: ApiService;
let one: Client;
let other: Client;

const at = (name: string): string => join(platform.out, '..', name);
const register = (...clients: readonly Client[]): Promise<void> =>
  writeFile(at('clients.json'), JSON.stringify({ clients: clients.map(({ registration }) => registration) }));
const secret = (): string => `${randomUUID()}${randomUUID()}`;
const keep = (...secrets: readonly string[]): Promise<void> =>
  writeFile(at('secrets.txt'), secrets.join('\n'));

async function makeClient(id: string): Promise<Client> {
  const { publicKey, privateKey } = await generateKeyPair('ES384');
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] };
  return {
    registration: { client_id: id, scope: 'system/*.rs', jwks },
    async token() {
      const url = `${api.fhirUrl}/token`;
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: id, sub: id, aud: url, exp: now + 60, jti: randomUUID() };
      const assertion = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES384', kid: 'k', typ: 'JWT' })
        .sign(privateKey);
      const response = await fetch(url, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          scope: 'system/*.rs',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: assertion,
        }),
      });
      const { access_token: token } = (await response.json()) as { access_token?: string };
      return { status: response.status, token };
    },
  };
}

async function certify(name: string): Promise<void> {
  const options = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';
  await promisify(execFile)('openssl', [
    ...options.split(' '),
    '-subj',
    `/CN=${name}`,
    '-keyout',
    at('key.pem'),
    '-out',
    at('cert.pem'),
  ]);
}

/** The name in the certificate that a new connection gets. */
function nameAt(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      const { CN } = socket.getPeerCertificate().subject;
      resolve(String(CN));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

/** Also by HTTPS with a certificate that nobody vouches for. */
async function textAt(url: string): Promise<string> {
  if (url.startsWith('http:')) return (await fetch(url)).text();
  const asked = request(url, { rejectUnauthorized: false, agent: false }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return text(response);
}

const statusWith = async (token = ''): Promise<number> =>
  (await fetch(`${api.fhirUrl}/export`, { headers: { Authorization: `Bearer ${token}` } })).status;

const reloads = async (of: ApiService, file: string, result: string): Promise<number> => {
  const metrics = await textAt(`${of.operationsUrl}/metrics`);
  const lines = metrics.split('\n').filter((line) => line.startsWith('millrace_settings_reloads_total{'));
  const line = lines.find((one) => one.includes(`file="${file}"`) && one.includes(`result="${result}"`));
  return Number(line?.split(' ').at(-1));
};

beforeAll(async () => {
  platform = await openPlatform();
  one = await makeClient('one');
  other = await makeClient('other');
  await register(one);
  await keep(secret());
  await writeFile(at('operator.txt'), 'the-first-operator-token');
  api = await platform.start({
    AUTH_MODE: 'smart',
    AUTH_CLIENTS_FILE: at('clients.json'),
    AUTH_SECRETS_FILE: at('secrets.txt'),
    OPERATOR_TOKEN_FILE: at('operator.txt'),
    SETTINGS_FILES_INTERVAL: '100ms',
  });
});
afterAll(() => platform.close());

test('clients are added and removed while the API runs, and a broken file changes nothing', async () => {
  expect((await other.token()).status).toBe(400);
  await register(one, other);
  const { token } = await until(async () => {
    const answer = await other.token();
    return answer.status === 200 ? answer : undefined;
  }, 'the new client to get a token');
  expect(await statusWith(token)).toBe(200);

  await writeFile(at('clients.json'), '{"clients": [');
  await until(async () => (await reloads(api, 'clients', 'refused')) > 0, 'the broken file to be counted');
  expect((await other.token()).status).toBe(200);

  await register(one);
  await until(async () => (await statusWith(token)) === 401, 'the token of the client to count no more');
  expect((await other.token()).status).toBe(400);
  expect((await one.token()).status).toBe(200);
});

test('secrets are changed while the API runs', async () => {
  const { token } = await one.token();
  const next = secret();
  await writeFile(at('secrets.txt'), 'short');
  await until(async () => (await reloads(api, 'secrets', 'refused')) > 0, 'the broken file to be counted');
  expect(await statusWith(token)).toBe(200);
  await keep(next);
  await until(async () => (await statusWith(token)) === 401, 'the old secret to count no more');
  expect(await statusWith((await one.token()).token)).toBe(200);
});

test('the token of operators is changed while the API runs', async () => {
  const ask = async (token: string): Promise<number> =>
    (await fetch(`${api.operationsUrl}/admin/exports`, { headers: { Authorization: `Bearer ${token}` } }))
      .status;
  expect(await ask('the-first-operator-token')).toBe(200);
  await writeFile(at('operator.txt'), 'the-second-operator-token');
  await until(async () => (await ask('the-second-operator-token')) === 200, 'the new token to count');
  expect(await ask('the-first-operator-token')).toBe(401);
});

test('a new certificate is given to new connections, and one without its key is not', async () => {
  await certify('first');
  const secure = await platform.start({
    TLS_CERT_FILE: at('cert.pem'),
    TLS_KEY_FILE: at('key.pem'),
    OPS_TLS_CERT_FILE: at('cert.pem'),
    OPS_TLS_KEY_FILE: at('key.pem'),
    SETTINGS_FILES_INTERVAL: '100ms',
  });
  const names = () => Promise.all([secure.fhirUrl, secure.operationsUrl].map(nameAt));
  expect(await names()).toEqual(['first', 'first']);
  await writeFile(at('key.pem'), 'no key');
  const isRefused = async (): Promise<boolean> => (await reloads(secure, 'certificate', 'refused')) > 0;
  await until(isRefused, 'the certificate without its key to be counted');
  expect(await names()).toEqual(['first', 'first']);
  await certify('second');
  await until(async () => (await names()).every((name) => name === 'second'), 'the new certificates');
});

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { backendServices, connect } from '@millrace/client';
import type { ClientKey } from '@millrace/client';
import { startStack } from '@millrace/local-stack';
import type { LocalStack } from '@millrace/local-stack';
import { createRedisConnection, untilReady } from '@millrace/redis';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { auditEntries } from '../api/audit-log.js';
import { completeExport } from '../api/finish-export.js';
import { accepted, kickOff, parameters, patientView, subject } from '../api/requests.js';
import { openPlatform } from '../api/start-api.js';
import type { Platform } from '../api/start-api.js';
import { startMillraceWith } from '../cli/millrace.js';
import { REDIS_URL } from '../redis-url.js';
import { until } from '../until.js';

const ALGORITHMS = ['RS384', 'ES384'] as const;
const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

interface Client {
  readonly alg: string;
  readonly key: ClientKey;
  sign(claims: object, header?: object): Promise<string>;
}

let root: string;
let stack: LocalStack;
let auth: Record<string, string>;
const clients = new Map<string, Client>();

const at = (name: string): string => join(root, name);
const clientOf = (alg: string): Client => {
  const client = clients.get(alg);
  if (client === undefined) throw new Error(alg);
  return client;
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-auth-'));
  await mkdir(at('data'));
  await writeFile(
    at('data/Patient.ndjson'),
    '{"resourceType":"Patient","id":"p1","language":"=1"}\n{"resourceType":"Patient","id":"p2"}\n',
  );
  const registered: object[] = [];
  for (const alg of ALGORITHMS) {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const kid = `kid-${alg}`;
    const key = { ...(await exportJWK(privateKey)), kid } as ClientKey;
    registered.push({
      client_id: `client-${alg}`,
      tenant: 'default',
      scope: 'system/*.rs operator',
      jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg }] },
    });
    clients.set(alg, {
      alg,
      key,
      sign: (claims, header = {}) =>
        new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, typ: 'JWT', ...header }).sign(privateKey),
    });
    await writeFile(at(`${alg}.json`), JSON.stringify(key));
  }
  await writeFile(at('clients.txt'), JSON.stringify({ clients: registered }));
  await writeFile(at('secrets.txt'), `${randomUUID()}${randomUUID()}\n`);
  auth = {
    AUTH_MODE: 'smart',
    AUTH_CLIENTS_FILE: at('clients.txt'),
    AUTH_SECRETS_FILE: at('secrets.txt'),
  };
  // The user of docs/security.md: whatever the stack does below, it does with these rights.
  const redis = createRedisConnection(REDIS_URL, 'request');
  await untilReady(redis, 5000);
  const [user, password, REDIS_PREFIX] = [`u${randomUUID()}`, randomUUID(), `{auth-${randomUUID()}}`];
  const rights = /^ACL SETUSER millrace on >password ~\{millrace\}\* (.*)$/m.exec(
    await readFile(resolve(import.meta.dirname, '../../docs/security.md'), 'utf8'),
  )?.[1];
  await redis.call(
    'ACL',
    'SETUSER',
    user,
    'on',
    `>${password}`,
    `~${REDIS_PREFIX}*`,
    ...(rights ?? '').split(' '),
  );
  redis.disconnect();
  stack = await startStack({
    data: at('data'),
    workers: 1,
    redisUrl: REDIS_URL.replace('redis://', `redis://${user}:${password}@`),
    environment: { ...auth, REDIS_PREFIX, LOG_LEVEL: 'warn', CSV_FORMULAS: 'text' },
  });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const claimsFor = (alg: string, tokenUrl: string) => ({
  iss: `client-${alg}`,
  sub: `client-${alg}`,
  aud: tokenUrl,
  exp: Math.floor(Date.now() / 1000) + 240,
  jti: randomUUID(),
});

const askForToken = (url: string, assertion: string, scope = 'system/*.rs'): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope,
      client_assertion_type: TYPE,
      client_assertion: assertion,
    }),
  });

async function tokenOf(fhirUrl: string, alg: string, scope?: string): Promise<string> {
  const response = await askForToken(
    `${fhirUrl}/token`,
    await clientOf(alg).sign(claimsFor(alg, `${fhirUrl}/token`)),
    scope,
  );
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}

describe('SMART Backend Services', () => {
  // https://hl7.org/fhir/smart-app-launch/backend-services.html, step by step
  test.each(ALGORITHMS)('a client with %s runs a whole bulk export', async (alg) => {
    const discovery = await fetch(`${stack.api.fhirUrl}/.well-known/smart-configuration`);
    const configuration = (await discovery.json()) as Record<string, unknown>;
    expect(configuration).toMatchObject({
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
      capabilities: expect.arrayContaining(['client-confidential-asymmetric']),
    });
    const tokenUrl = String(configuration['token_endpoint']);
    const answered = await askForToken(tokenUrl, await clientOf(alg).sign(claimsFor(alg, tokenUrl)));
    expect(answered.headers.get('cache-control')).toBe('no-store');
    const token = (await answered.json()) as Record<string, unknown>;
    expect(token).toMatchObject({ token_type: 'bearer', expires_in: 300, scope: 'system/*.rs' });
    const headers = { Authorization: `Bearer ${String(token['access_token'])}` };

    const ask = { Accept: 'application/fhir+json', Prefer: 'respond-async' };
    expect((await fetch(`${stack.api.fhirUrl}/$export`, { headers: ask })).status).toBe(401);
    const started = await fetch(`${stack.api.fhirUrl}/$export`, { headers: { ...ask, ...headers } });
    expect(started.status).toBe(202);
    const statusUrl = started.headers.get('content-location') ?? '';
    expect((await fetch(statusUrl)).status).toBe(401);
    const done = await until(async () => {
      const response = await fetch(statusUrl, { headers: { ...headers, Accept: 'application/json' } });
      return response.status === 202 ? undefined : response;
    });
    expect(done.status).toBe(200);
    const manifest = (await done.json()) as {
      requiresAccessToken: boolean;
      output: readonly { url: string; type: string }[];
    };
    expect(manifest.requiresAccessToken).toBe(true);
    const [file] = manifest.output;
    expect((await fetch(file?.url ?? '')).status).toBe(401);
    const content = await (await fetch(file?.url ?? '', { headers })).text();
    expect(content.trim().split('\n')).toHaveLength(2);
    expect((await fetch(statusUrl, { method: 'DELETE', headers })).status).toBe(202);
    expect((await fetch(statusUrl, { headers })).status).toBe(404);
  });

  test('an assertion that was used at one instance is refused at another one', async () => {
    const platform = await openPlatform();
    try {
      const PUBLIC_BASE_URL = 'http://localhost:1';
      const [one, other] = [
        await platform.start({ ...auth, PUBLIC_BASE_URL, PORT: '0' }),
        await platform.start({ ...auth, PUBLIC_BASE_URL, PORT: '0' }),
      ];
      expect(one.fhirUrl).toBe(other.fhirUrl);
      const listeners = [one, other].map(({ listenerUrl }) => `${listenerUrl}/fhir/token`);
      const assertion = await clientOf('ES384').sign(claimsFor('ES384', `${PUBLIC_BASE_URL}/fhir/token`));
      const answers = await Promise.all(listeners.map((url) => askForToken(url, assertion)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
      for (const url of listeners) {
        const response = await askForToken(url, assertion);
        expect([response.status, await response.json()]).toMatchObject([400, { error: 'invalid_client' }]);
      }
    } finally {
      await platform.close();
    }
  });

  test('a token for operators lets in to the operations of the API, and another one does not', async () => {
    const workers = async (scope: string): Promise<number> => {
      const token = await tokenOf(stack.api.fhirUrl, 'ES384', scope);
      const headers = { Authorization: `Bearer ${token}` };
      return (await fetch(`${stack.api.operationsUrl}/admin/workers`, { headers })).status;
    };
    expect([await workers('operator'), await workers('system/*.rs')]).toEqual([200, 401]);
  });
});

describe('the clients', () => {
  test.each(ALGORITHMS)('the library logs in with %s, and again when its token is refused', async (alg) => {
    const login = backendServices({
      server: stack.api.fhirUrl,
      clientId: `client-${alg}`,
      key: clientOf(alg).key,
    });
    let isFirst = true;
    const client = connect(stack.api.fhirUrl, {
      authorization: async (request) => {
        const value = await login(request);
        if (!isFirst) return value;
        isFirst = false;
        return 'Bearer stale';
      },
    });
    const order = { subjects: [{ name: 'people', resource: patientView }], format: 'csv' as const };
    const { files } = await client.exportTables(order, at(`tables-${alg}`));
    expect(files.map(({ output }) => output)).toEqual(['people']);
    expect(await readFile(files[0]?.path ?? '', 'utf8')).toBe('id\np1\np2\n');
  });

  test('get CSV in which no text is a formula, where the server is told so', async () => {
    const column = ['id', 'language'].map((name) => ({ name, path: name }));
    const subject = { name: 'people', resource: { ...patientView, select: [{ column }] } };
    const login = backendServices({
      server: stack.api.fhirUrl,
      clientId: 'client-ES384',
      key: clientOf('ES384').key,
    });
    const client = connect(stack.api.fhirUrl, { authorization: login });
    const { files } = await client.exportTables({ subjects: [subject], format: 'csv' }, at('formulas'));
    expect(await readFile(files[0]?.path ?? '', 'utf8')).toBe("id,language\np1,'=1\np2,\n");
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await client.run({ subject, format: 'csv' })).bytes) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("id,language\np1,'=1\np2,\n");
  });

  test('millrace export logs in for tables and for resources', async () => {
    await writeFile(at('view.json'), JSON.stringify(patientView));
    const login = ['--client-id', 'client-ES384', '--key', at('ES384.json')];
    const run = (...args: string[]) =>
      startMillraceWith({}, 'export', '--server', stack.api.fhirUrl, ...args).finished;
    const tables = await run('--view', at('view.json'), '--format', 'csv', '--out', at('t'), ...login);
    expect([tables.code, tables.err]).toEqual([0, expect.any(String)]);
    const resources = await run('--bulk', 'system', '--out', at('b'), ...login);
    expect([resources.code, resources.err]).toEqual([0, expect.any(String)]);
    expect((await readFile(at('b/Patient.000.ndjson'), 'utf8')).trim().split('\n')).toHaveLength(2);
    const refused = await run(
      '--bulk',
      'system',
      '--out',
      at('c'),
      '--client-id',
      'nobody',
      '--key',
      at('ES384.json'),
    );
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('invalid_client');
    const anonymous = await run('--bulk', 'system', '--out', at('d'));
    expect(anonymous.err).toContain('MILLRACE_TOKEN may have a bearer token');
  });
});

describe('one API', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await openPlatform();
  });
  afterAll(() => platform.close());

  test('gives files by signed URLs to whoever has them, and to nobody else', async () => {
    const api = await platform.start({ ...auth, AUTH_DOWNLOADS: 'signed' });
    const headers = { Authorization: `Bearer ${await tokenOf(api.fhirUrl, 'ES384')}` };
    const { id, status } = await accepted(await kickOff(api.fhirUrl, parameters(subject), headers));
    await completeExport(platform, id, ['{"id":"p1"}\n']);
    const result = await fetch(status.replace(/status$/, 'result'), { headers });
    const [url = ''] = /http[^"]+\/files\/[^"]+/.exec(await result.text()) ?? [];
    expect(await (await fetch(url)).text()).toBe('{"id":"p1"}\n');
    const asked = async (other: string): Promise<number> => (await fetch(other)).status;
    expect(await asked(url.replace(/\?.*/, ''))).toBe(401);
    expect(await asked(url.replace(/expires=\d/, 'expires=9'))).toBe(403);
    expect(await asked(url.replace('part1', 'part2'))).toBe(403);
    expect(await asked(url.replace(/\/files\/.*\?/, '/result?'))).toBe(401);
  });

  test('speaks HTTPS, and takes tokens over nothing else unless it is on this machine', async () => {
    const [cert, key] = [at('cert.pem'), at('key.pem')];
    const request =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1';
    await promisify(execFile)('openssl', request.split(' ').concat('-keyout', key, '-out', cert));
    const api = await platform.start({ ...auth, TLS_CERT_FILE: cert, TLS_KEY_FILE: key });
    expect(api.fhirUrl).toMatch(/^https:/);
    const agent = new Agent({ ca: await readFile(cert) });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      httpsRequest(`${api.fhirUrl}/metadata`, { agent }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      })
        .once('error', reject)
        .end();
    });
    agent.destroy();
    expect(status).toBe(200);

    const proxied = await platform.start({
      ...auth,
      PUBLIC_BASE_URL: 'https://sof.example',
      TRUSTED_PROXIES: '127.0.0.1 10.0.0.0/8',
    });
    const ask = async (headers: Record<string, string>): Promise<[number, string | null]> => {
      const assertion = await clientOf('ES384').sign(claimsFor('ES384', 'https://sof.example/fhir/token'));
      const response = await fetch(`${proxied.listenerUrl}/fhir/token`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          scope: 'system/*.rs',
          client_assertion_type: TYPE,
          client_assertion: assertion,
        }),
      });
      return [response.status, await response.text()];
    };
    expect((await ask({}))[0]).toBe(403);
    const [code, body] = await ask({ 'X-Forwarded-Proto': 'https' });
    expect(code).toBe(200);
    const { access_token } = JSON.parse(body ?? '') as { access_token: string };
    const list = async (headers: Record<string, string>): Promise<number> =>
      (
        await fetch(`${proxied.listenerUrl}/fhir/export`, {
          headers: { Authorization: `Bearer ${access_token}`, ...headers },
        })
      ).status;
    expect([await list({}), await list({ 'X-Forwarded-Proto': 'https' })]).toEqual([401, 200]);
  });

  test('believes what headers say of the way of a request from its proxies alone', async () => {
    const api = await platform.start({
      ...auth,
      PUBLIC_BASE_URL: 'https://sof.example',
      TRUSTED_PROXIES: '10.0.0.0/8',
    });
    const assertion = await clientOf('ES384').sign(claimsFor('ES384', 'https://sof.example/fhir/token'));
    const headers = {
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-For': '10.0.0.1',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Prefix': '/evil',
      'X-Original-URL': '/fhir/export',
      'X-HTTP-Method-Override': 'GET',
      Forwarded: 'for=10.0.0.1;proto=https;host=evil.example',
    };
    const asked = await fetch(`${api.listenerUrl}/fhir/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'system/*.rs',
        client_assertion_type: TYPE,
        client_assertion: assertion,
      }),
    });
    expect(asked.status).toBe(403);
    const told = await (await fetch(`${api.listenerUrl}/fhir/metadata`, { headers })).text();
    expect(told).toContain('https://sof.example/fhir');
    expect(told).not.toContain('evil');
    const id = asked.headers.get('x-request-id') ?? '';
    const entry = await until(
      async () => (await auditEntries(api.operationsUrl)).find((one) => one.includes(`"${id}"`)),
      'the refusal to be in the audit log',
    );
    expect(entry).toContain('"127.0.0.1"');
    expect(entry).not.toContain('10.0.0.1');
  });
});

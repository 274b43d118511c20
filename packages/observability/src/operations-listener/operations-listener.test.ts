import { afterEach, describe, expect, it } from '@jest/globals';
import { Router } from 'express';
import { createMetrics } from '../metrics.js';
import { createOperationsListener } from './operations-listener.js';
import type { OperationsListener, Readiness } from './operations-listener.js';

let listener: OperationsListener | undefined;

afterEach(async () => {
  await listener?.close();
  listener = undefined;
});

async function listen(state: {
  live?: boolean;
  checks?: Readiness;
  refresh?: () => Promise<void>;
  routes?: Router;
}): Promise<string> {
  listener = await createOperationsListener({
    host: '127.0.0.1',
    port: 0,
    live: () => state.live ?? true,
    ready: async () => state.checks ?? {},
    metrics: createMetrics({ service: 'test', version: '1' }),
    ...(state.refresh === undefined ? {} : { refresh: state.refresh }),
    ...(state.routes === undefined ? {} : { routes: state.routes }),
  });
  return listener.url;
}

describe('the operations listener', () => {
  it('stays live while a dependency is not ready', async () => {
    const url = await listen({ checks: { redis: 'does not answer' } });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    const readiness = await fetch(`${url}/readyz`);
    expect(readiness.status).toBe(503);
    expect(await readiness.json()).toEqual({ status: 'not ready', checks: { redis: 'does not answer' } });
  });

  it('is ready when every check is ok', async () => {
    const url = await listen({ checks: { redis: 'ok', store: 'ok' } });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('is not live any more when the process says so', async () => {
    const url = await listen({ live: false });
    expect((await fetch(`${url}/livez`)).status).toBe(503);
  });

  it('serves metrics even when their refresh fails', async () => {
    const url = await listen({ refresh: () => Promise.reject(new Error('no Redis')) });
    const response = await fetch(`${url}/metrics`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('millrace_build_info{version="1",service="test"} 1');
  });

  it('shows the routes of its service', async () => {
    const routes = Router().get('/ops/board', (_request, response) => {
      response.send('board');
    });
    expect(await (await fetch(`${await listen({ routes })}/ops/board`)).text()).toBe('board');
  });
});

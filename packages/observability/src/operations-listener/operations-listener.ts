import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Response, Router } from 'express';
import type { Metrics } from '../metrics.js';

/** The result of each check: `ok`, or a few words about the fault. */
export type Readiness = Readonly<Record<string, string>>;

export interface OperationsListener {
  /** `http://host:port` that it really listens on, or `https://host:port`. */
  readonly url: string;
  /** Gives new connections another certificate, where it speaks HTTPS. */
  certify(tls: Certificate): void;
  close(): Promise<void>;
}

/** A certificate and its key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const TLS = { minVersion: 'TLSv1.2' } as const;

/**
 * Answers operators and orchestrators apart from clients, without access control: bind it to loopback or to a
 * network that only they reach.
 *
 * - `/livez`: 200 while `live` holds. It asks nothing else: a restart does not repair Redis.
 * - `/readyz`: the checks as JSON, 503 when one of them is not `ok`.
 * - `/metrics`: Prometheus text; `refresh` runs first, and a scrape is answered even when it fails.
 * - `routes`: what else the service shows, such as the queue board.
 * - `tls`: makes it speak HTTPS.
 * - `wrap`: what stands before all of it, and is told of every request.
 */
export async function createOperationsListener(options: {
  host: string;
  port: number;
  live: () => boolean;
  ready: () => Promise<Readiness>;
  metrics: Pick<Metrics, 'registry'>;
  refresh?: () => Promise<void>;
  routes?: Router;
  tls?: Certificate | undefined;
  wrap?: (answer: RequestListener) => RequestListener;
}): Promise<OperationsListener> {
  const { live, ready, metrics, refresh, routes, tls, wrap = (answer) => answer } = options;
  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    response.set('X-Content-Type-Options', 'nosniff');
    next();
  });
  app.get('/livez', (_request, response) => {
    response.status(live() ? 200 : 503).json({ status: live() ? 'ok' : 'stopping' });
  });
  app.get('/readyz', async (_request, response) => answerReadiness(response, await ready()));
  app.get('/metrics', async (_request, response) => {
    await refresh?.().catch(() => undefined);
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  if (routes !== undefined) app.use(routes);

  const secure = tls === undefined ? undefined : createTlsServer({ ...tls, ...TLS }, wrap(app));
  const server = secure ?? createServer(wrap(app));
  server.listen(options.port, options.host);
  await once(server, 'listening');
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `${secure === undefined ? 'http' : 'https'}://${host}:${port}`,
    certify: (next) => secure?.setSecureContext({ ...next, ...TLS }),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answerReadiness(response: Response, checks: Readiness): void {
  const isReady = Object.values(checks).every((finding) => finding === 'ok');
  response.status(isReady ? 200 : 503).json({ status: isReady ? 'ok' : 'not ready', checks });
}

import { once } from 'node:events';
import { Agent, createServer, request as sendRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalStack } from '@millrace/local-stack';
import { until } from '../until.js';

/** A load balancer of the terms that `deploy/compose/haproxy.cfg` sets, only that it looks at APIs more often. */
export interface LoadBalancer extends AsyncDisposable {
  readonly url: string;
  /** Resolves when it sends requests there. An API that stays away is forgotten. */
  add(api: LocalStack['api']): Promise<void>;
}

interface Backend {
  readonly fhirUrl: URL;
  readonly readinessUrl: string;
  isUp: boolean;
  failures: number;
}

const CHECK_MS = 100;
/** `fall 2`. */
const FALL = 2;
/** `retries 2` with `option redispatch`. */
const RETRIES = 2;

export async function startLoadBalancer(): Promise<LoadBalancer> {
  const backends: Backend[] = [];
  let turn = 0;
  // Connections are kept, so that one which an API closes under a request would show.
  const agent = new Agent({ keepAlive: true });
  const stop = new AbortController();

  async function check(backend: Backend): Promise<void> {
    const isReady = await fetch(backend.readinessUrl, { signal: AbortSignal.timeout(3_000) }).then(
      async (answer) => {
        await answer.arrayBuffer();
        return answer.ok;
      },
      () => false,
    );
    backend.failures = isReady ? 0 : backend.failures + 1;
    backend.isUp = isReady || (backend.isUp && backend.failures < FALL);
  }
  async function look(): Promise<void> {
    while (!stop.signal.aborted) {
      await Promise.all(backends.map(check));
      await delay(CHECK_MS);
    }
  }

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await wholeBody(request);
    for (let tries = 0; tries <= RETRIES; tries += 1) {
      const up = backends.filter(({ isUp }) => isUp);
      const backend = up[(turn += 1) % up.length];
      if (backend === undefined) break;
      const answer = await ask(backend, request, body, agent);
      if (answer === 'refused') continue;
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once('error', () => response.destroy());
      return;
    }
    response.writeHead(503, { 'content-type': 'text/plain' }).end('no API is ready');
  }
  const server = createServer((request, response) => {
    forward(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const looking = look();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async add({ fhirUrl, operationsUrl }) {
      const readinessUrl = `${operationsUrl}/readyz`;
      const backend: Backend = { fhirUrl: new URL(fhirUrl), readinessUrl, isUp: false, failures: 0 };
      backends.push(backend);
      await until(async () => backend.isUp, `${fhirUrl} to be ready`);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await looking;
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

/** Only a connection that nobody took may be tried elsewhere: a request may have been carried out after that. */
function ask(
  { fhirUrl }: Backend,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  agent: Agent,
): Promise<IncomingMessage | 'refused'> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = fhirUrl;
    const asked = sendRequest({ hostname, port, method, path: url, headers, agent }, resolve);
    asked.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNREFUSED' ? resolve('refused') : reject(error),
    );
    asked.end(body);
  });
}

async function wholeBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

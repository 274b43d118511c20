import { once } from 'node:events';
import { createServer as createPlainServer } from 'node:http';
import type { RequestListener, ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Events } from '@millrace/observability';
import { answerInTurn } from './http/pipelining.js';
import { limitUnread } from './http/unread-answers.js';
import type { UnreadTerms } from './http/unread-answers.js';
import { openCertificate } from './read-tls.js';
import type { TlsFiles } from './read-tls.js';
import type { SettingsFile } from './settings-files/settings-file.js';
import { refuseExpectation, refuseUnreadable } from './http/unreadable-request.js';

/** Longer than the idle timeout of common load balancers, so that they close a connection, and not we under them. */
const KEEP_ALIVE_MS = 65_000;
/** How often connections are looked for that take too long to send their request. */
const CHECK_MS = 2000;
const MOST_HEADERS_MS = 15_000;
const TLS = { minVersion: 'TLSv1.2' } as const;

export interface HttpServer {
  /** `http://host:port`, or `https://host:port`. */
  readonly url: string;
  /** Undefined for plain HTTP. */
  readonly certificate: SettingsFile<TlsFiles> | undefined;
  /** Takes no more connections, and ends those that are open when their request is answered or time is up. */
  close(timeoutMs: number): Promise<void>;
}

/**
 * Listens, and only then asks for what answers, because that may need the port that was chosen.
 *
 * @param answer gets `http://host:port`, or `https://host:port`
 */
export async function listen(
  at: {
    readonly host: string;
    readonly port: number;
    readonly requestTimeoutMs: number;
    readonly maxConnections: number;
    readonly unread: UnreadTerms;
    /** Both undefined for plain HTTP. */
    readonly certFile: string | undefined;
    readonly keyFile: string | undefined;
  },
  answer: (url: string) => RequestListener,
  events: Pick<Events, 'unreadClosed' | 'requestUnreadable'>,
): Promise<HttpServer> {
  const terms: ServerOptions = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: at.requestTimeoutMs,
    headersTimeout: Math.min(MOST_HEADERS_MS, at.requestTimeoutMs),
    connectionsCheckingInterval: CHECK_MS,
    // The application refuses requests without Host, as it does others: Node's answer has no body.
    requireHostHeader: false,
  };
  const certificate = await openCertificate('certificate', at, (tls) => {
    if ('setSecureContext' in server) server.setSecureContext({ ...tls, ...TLS });
  });
  const server =
    certificate === undefined
      ? createPlainServer(terms)
      : createTlsServer({ ...terms, ...certificate.current(), ...TLS });
  server.maxConnections = at.maxConnections;
  server.listen(at.port, at.host);
  await once(server, 'listening');
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;
  const url = `${certificate === undefined ? 'http' : 'https'}://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}`;
  const inTurn = answerInTurn();
  const bounded = (listener: RequestListener): RequestListener =>
    inTurn(limitUnread(listener, at.unread, events.unreadClosed));
  server.on('request', bounded(answer(url)));
  server.on('checkExpectation', bounded(refuseExpectation()));
  server.on('clientError', refuseUnreadable(events.requestUnreadable));
  return {
    url,
    certificate,
    async close(timeoutMs) {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const patience = new AbortController();
      void delay(timeoutMs, undefined, { signal: patience.signal }).then(
        () => server.closeAllConnections(),
        () => undefined,
      );
      await closed;
      patience.abort();
    },
  };
}

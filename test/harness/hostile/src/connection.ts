import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** Below the FHIR base, with a slash. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer | string;
}

/** How a request was answered. */
export interface Answer {
  readonly status: number | 'cut';
  /** Whether a client was told when to come again. */
  readonly hasRetryAfter: boolean;
}

/** A client with one socket at a time. */
export interface Connection {
  /** Sends a request and reads its answer to the end. */
  ask(asked: HttpRequest): Promise<Answer>;
  /** A socket of its own, for a client that does not speak HTTP as it should; the caller destroys it. */
  open(): Promise<Socket>;
  /** Another client of the same service; the caller closes it. */
  another(): Connection;
  /** Path of the FHIR base. */
  readonly basePath: string;
  close(): void;
}

/** No answer. */
export const CUT: Answer = { status: 'cut', hasRetryAfter: false };

/** @param fhirUrl FHIR base URL on this machine */
export function openConnection(fhirUrl: string): Connection {
  const { hostname, port, pathname } = new URL(fhirUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    basePath: pathname,
    async ask({ method, path, headers = {}, body = '' }) {
      const sent = request({
        agent,
        hostname,
        port,
        method,
        path: pathname + path,
        headers: { 'content-length': Buffer.byteLength(body), ...headers },
      });
      const answered = new Promise<IncomingMessage | undefined>((resolve) => {
        sent.once('response', resolve);
        // One that still sends when it is answered may find its socket closed after the answer.
        sent.on('error', () => resolve(undefined));
      });
      sent.end(body);
      const response = await answered;
      return response === undefined ? CUT : answerOf(response);
    },
    async open() {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      return socket;
    },
    another: () => openConnection(fhirUrl),
    close: () => agent.destroy(),
  };
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  try {
    for await (const chunk of response) void chunk;
  } catch {
    return CUT;
  }
  return {
    status: response.statusCode ?? 0,
    hasRetryAfter: response.headers['retry-after'] !== undefined,
  };
}

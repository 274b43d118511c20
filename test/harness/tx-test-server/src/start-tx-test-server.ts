import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusal } from './answer.js';
import type { TestAnswer, TestResource } from './answer.js';
import { expand } from './expand.js';
import { searchConceptMaps } from './search-concept-maps.js';

/** The fault of the next request. `hang` never answers; `flood` answers with very much. */
export type Disturbance =
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'hang' | 'flood' };

export interface TxTestServerOptions {
  readonly valueSets?: readonly TestResource[];
  readonly conceptMaps?: readonly TestResource[];
  /** Default: 1000. */
  readonly pageCap?: number;
  /** Default: true. */
  readonly tellsTotal?: boolean;
  /** Default: false. */
  readonly ignoresPages?: boolean;
}

export interface TxTestServer extends AsyncDisposable {
  /** FHIR base. */
  readonly base: string;
  /** Method and path with query of each request, in their order. */
  readonly requests: readonly string[];
  /** The `Authorization` header of each request, undefined for one without it. */
  readonly authorizations: readonly (string | undefined)[];
  /** The next request goes wrong. */
  disturb(disturbance: Disturbance): void;
  stop(): Promise<void>;
}

const FLOOD_CHUNK = 'x'.repeat(1 << 16);

/** A strict terminology server on the loopback address, for tests. */
export async function startTxTestServer(options: TxTestServerOptions = {}): Promise<TxTestServer> {
  const {
    valueSets = [],
    conceptMaps = [],
    pageCap = 1000,
    tellsTotal = true,
    ignoresPages = false,
  } = options;
  const requests: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const disturbances: Disturbance[] = [];

  function answerTo(method: string, url: URL, body: string): TestAnswer {
    if (url.pathname === '/fhir/ConceptMap' && method === 'GET')
      return (
        unknownParameter(url, ['url', 'version', '_from']) ?? searchConceptMaps(conceptMaps, url, pageCap)
      );
    if (url.pathname !== '/fhir/ValueSet/$expand')
      return refusal(404, 'not-found', `no such address: ${method}`);
    const terms = { pageCap, tellsTotal, ignoresPages };
    if (method === 'POST') {
      const given = readGiven(body);
      return given === undefined
        ? refusal(400, 'invalid', 'expected Parameters with valueSet, count and offset')
        : expand(given.valueSet, given, terms);
    }
    const refused = unknownParameter(url, ['url', 'valueSetVersion', 'count', 'offset']);
    if (refused !== undefined) return refused;
    const version = url.searchParams.get('valueSetVersion');
    const known = valueSets.find(
      (one) => one['url'] === url.searchParams.get('url') && (version === null || one['version'] === version),
    );
    if (known === undefined) return refusal(422, 'not-found', 'the value set is not known');
    const page = { offset: pageNumber(url, 'offset', 0), count: pageNumber(url, 'count', pageCap) };
    return expand(known, page, terms);
  }

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/' } = message;
    requests.push(`${method} ${path}`);
    authorizations.push(message.headers.authorization);
    const body = await bodyOf(message);
    const disturbance = disturbances.shift();
    if (disturbance !== undefined) return disturbed(disturbance, response);
    const url = new URL(path, base);
    const { status, body: answer } = answerTo(method, url, body);
    send(response, status, JSON.stringify(answer));
  }

  const server = createServer((message, response) => {
    handle(message, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}/fhir`;
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return {
    base,
    requests,
    authorizations,
    disturb: (disturbance) => void disturbances.push(disturbance),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function disturbed(disturbance: Disturbance, response: ServerResponse): void {
  switch (disturbance.kind) {
    case 'refuse': {
      const { status, code } = disturbance;
      return send(response, status, JSON.stringify(refusal(status, code, 'a disturbance').body));
    }
    case 'redirect':
      return void response.writeHead(307, { Location: disturbance.to }).end();
    case 'text':
      return send(response, 200, disturbance.text);
    case 'hang':
      return;
    case 'flood':
      return flood(response);
    default:
      return disturbance satisfies never;
  }
}

/** Goes on until the client has left. */
function flood(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/fhir+json' });
  const more = (): void => {
    while (!response.destroyed && response.write(FLOOD_CHUNK));
  };
  response.on('drain', more);
  more();
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'application/fhir+json' }).end(text);
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function unknownParameter(url: URL, known: readonly string[]): TestAnswer | undefined {
  const unknown = [...url.searchParams.keys()].find((name) => !known.includes(name));
  return unknown === undefined ? undefined : refusal(400, 'not-supported', `unknown parameter ${unknown}`);
}

function pageNumber(url: URL, name: string, otherwise: number): number {
  const text = url.searchParams.get(name);
  return text === null ? otherwise : Number(text);
}

interface Given {
  readonly valueSet: TestResource;
  readonly count: number;
  readonly offset: number;
}

function readGiven(body: string): Given | undefined {
  interface GivenParameter {
    readonly name: string;
    readonly resource?: TestResource;
    readonly valueInteger?: number;
  }
  const { parameter = [] } = JSON.parse(body) as { readonly parameter?: readonly GivenParameter[] };
  const named = (name: string): GivenParameter | undefined => parameter.find((one) => one.name === name);
  const valueSet = named('valueSet')?.resource;
  const count = named('count')?.valueInteger;
  const offset = named('offset')?.valueInteger;
  if (valueSet === undefined || count === undefined || offset === undefined) return undefined;
  return { valueSet, count, offset };
}

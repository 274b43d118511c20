import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { GuideScript, PollAnswer, ServedFile } from './guide-script.js';

/**
 * A Bulk Data server written from the guide (https://hl7.org/fhir/uv/bulkdata/STU3/export.html) and from no code of the
 * product. It is strict: a request that the guide does not have is a fault, which `faults` lists. It fails when it is
 * told to.
 */
export interface GuideServer {
  /** FHIR base URL. */
  readonly url: string;
  /** `METHOD path?query`, in the order in which they came. */
  readonly requests: readonly string[];
  /** Requests of clients that the guide does not allow, in words. */
  readonly faults: readonly string[];
  /** Jobs by the path of their status URL. */
  readonly jobs: ReadonlyMap<string, Job>;
  /** Bodies of kick-offs by POST. */
  readonly bodies: readonly unknown[];
  close(): Promise<void>;
}

interface Job {
  readonly isV4: boolean;
  readonly polls: PollAnswer[];
  isDeleted: boolean;
  manifests: number;
}

/** https://hl7.org/fhir/uv/bulkdata/STU3/OperationDefinition-patient-export.html, and what version 4 changes. */
const VALUE_TYPES: Readonly<Record<string, { readonly v3: string; readonly v4: string }>> = {
  _type: { v3: 'valueString', v4: 'valueString' },
  _since: { v3: 'valueInstant', v4: 'valueInstant' },
  _until: { v3: 'valueInstant', v4: 'valueInstant' },
  _elements: { v3: 'valueString', v4: 'valueString' },
  _typeFilter: { v3: 'valueString', v4: 'valueString' },
  patient: { v3: 'valueReference', v4: 'valueReference' },
  includeAssociatedData: { v3: 'valueCode', v4: 'valueCoding' },
  allowPartialManifests: { v3: 'valueBoolean', v4: 'valueBoolean' },
  organizeOutputBy: { v3: 'valueString', v4: 'valueString' },
};

const TRANSACTION_TIME = '2026-01-02T03:04:05.678Z';

export async function startGuideServer(script: GuideScript): Promise<GuideServer> {
  const requests: string[] = [];
  const faults: string[] = [];
  const jobs = new Map<string, Job>();
  const busy = [...(script.busy ?? [])];
  const files = script.pages.map((page) => page.map((file) => ({ file, before: [...(file.before ?? [])] })));
  const bodies: unknown[] = [];
  const requestedBy = new Map<string, string>();
  const byKey = new Map<string, string>();

  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response).catch((error: unknown) => {
      faults.push(String(error));
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Listening on TCP always gives an AddressInfo.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const other = origin.replace('127.0.0.1', 'localhost');

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', origin);
    const { pathname } = url;
    if (pathname === '/fhir/metadata') return metadata(response);
    if (/^\/fhir\/(?:Patient\/|Group\/[^/]+\/)?\$export(?:-v4)?$/.test(pathname))
      return kickOff(request, response, url);
    const [, id, page = '0'] = /^\/fhir\/jobs\/(\d+)(?:\/pages\/(\d+))?$/.exec(pathname) ?? [];
    if (id !== undefined) return status(request, response, `/fhir/jobs/${id}`, Number(page));
    const [, manifestOf] = /^\/fhir\/manifests\/(\d+)$/.exec(pathname) ?? [];
    if (manifestOf !== undefined) return manifest(response, `/fhir/jobs/${manifestOf}`, 0);
    const [, moved, at, which, version] = /^\/(moved|files)\/(\d+)\/(\d+)\/(\d+)$/.exec(pathname) ?? [];
    const served = files[Number(at)]?.[Number(which)];
    if (served !== undefined) return file(request, response, served, moved === 'moved', Number(version));
    outcome(response, 404, 'not-found');
  }

  async function kickOff(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const isV4 = script.v4 === 'only' || url.pathname.endsWith('-v4');
    demand(!url.pathname.endsWith('-v4') || script.v4 === 'beside', `${url.pathname}, which is not offered`);
    demand(
      isV4 ? request.method === 'POST' : /^(?:GET|POST)$/.test(String(request.method)),
      'a method of kick-off',
    );
    const isPost = request.method === 'POST';
    if (isPost) checkBody(await bodyOf(request), isV4, url.pathname);
    demand(!isPost || url.search === '', 'a kick-off by POST with a query');
    demand(
      !isPost || request.headers['content-type'] === 'application/fhir+json',
      'a kick-off by POST of another type than application/fhir+json',
    );
    demand(
      request.headers.accept === 'application/fhir+json',
      `a kick-off with Accept ${request.headers.accept}`,
    );
    demand(
      /(?:^|,\s*)respond-async(?:$|\s*,)/.test(String(request.headers.prefer)),
      'a kick-off without respond-async',
    );
    for (const name of new Set(url.searchParams.keys()))
      demand(
        [
          '_outputFormat',
          '_since',
          '_until',
          '_type',
          '_elements',
          '_typeFilter',
          'includeAssociatedData',
          'allowPartialManifests',
          'organizeOutputBy',
        ].includes(name),
        `the parameter ${name}`,
      );
    if (!mayEnter(request, response)) return;
    const wait = busy.shift();
    const key = String(request.headers['idempotency-key']);
    const known = script.knowsKeys === true ? byKey.get(key) : undefined;
    if (known !== undefined) {
      response.writeHead(202, { 'Content-Location': `${origin}${known}` }).end();
      return;
    }
    if (wait !== undefined && wait.drop !== true) {
      if (wait.retryAfter !== undefined) response.setHeader('Retry-After', wait.retryAfter);
      return outcome(response, wait.status, 'throttled');
    }
    const path = `/fhir/jobs/${jobs.size + 1}`;
    jobs.set(path, { polls: [...(script.polls ?? [])], isDeleted: false, manifests: 0, isV4 });
    requestedBy.set(path, url.href);
    byKey.set(key, path);
    if (wait !== undefined) {
      response.socket?.destroy();
      return;
    }
    response.writeHead(202, { 'Content-Location': `${origin}${path}` }).end();
  }

  function checkBody(body: unknown, isV4: boolean, path: string): void {
    bodies.push(body);
    const { resourceType, parameter = [] } = body as {
      resourceType: unknown;
      parameter?: readonly Readonly<Record<string, unknown>>[];
    };
    demand(resourceType === 'Parameters', `a kick-off with ${String(resourceType)}`);
    for (const { name, ...value } of parameter) {
      const types = VALUE_TYPES[String(name)];
      const [found = ''] = Object.keys(value);
      demand(types?.[isV4 ? 'v4' : 'v3'] === found, `the parameter ${String(name)} with ${found}`);
      const isList = typeof value[found] === 'string' && /^_(?:type|elements)$/.test(String(name));
      demand(
        !isV4 || !isList || !String(value[found]).includes(','),
        `a list with commas in ${String(name)}`,
      );
    }
    const isOfSystem = !/\/(?:Patient|Group\/[^/]+)\/\$/.test(path);
    demand(!isOfSystem || !parameter.some(({ name }) => name === 'patient'), 'patients of a whole system');
  }

  function status(request: IncomingMessage, response: ServerResponse, path: string, page: number): void {
    const job = jobs.get(path);
    checkOrigin(request);
    if (!mayEnter(request, response)) return;
    if (job === undefined || job.isDeleted) return outcome(response, 404, 'not-found');
    if (request.method === 'DELETE') {
      job.isDeleted = true;
      response.writeHead(202).end();
      return;
    }
    demand(request.method === 'GET', `${request.method} of a status URL`);
    demand(/json/.test(String(request.headers.accept)), 'a poll without Accept');
    const next = job.polls.shift();
    if (next !== undefined) {
      const known = next.pages ?? 0;
      return page < known ? manifest(response, path, page, known, next) : notYet(response, next);
    }
    if (page === script.failsAtPage) return outcome(response, told(response, 500), 'exception');
    if (script.failure !== undefined)
      return outcome(response, told(response, script.failure.status), script.failure.code);
    if (script.seeOther === true) {
      response.writeHead(303, { Location: path.replace('jobs', 'manifests') }).end();
      return;
    }
    manifest(response, path, page);
  }

  function notYet(
    response: ServerResponse,
    { status: code, progress, retryAfter, drop, ...poll }: PollAnswer,
  ): void {
    if (drop === true) {
      response.socket?.destroy();
      return;
    }
    if (progress !== undefined) response.setHeader('X-Progress', progress);
    if (retryAfter !== undefined) response.setHeader('Retry-After', retryAfter);
    if (code >= 400 && poll.code !== undefined) return outcome(response, told(response, code), poll.code);
    response.writeHead(told(response, code)).end(code >= 400 ? '<html>' : undefined);
  }

  /** The status that is sent in place of another one. */
  function told(response: ServerResponse, code: number): number {
    if (script.separateStatus !== true) return code;
    response.setHeader('X-Export-Status', `${code} as it is`);
    return 200;
  }

  /** @param known pages so far */
  function manifest(
    response: ServerResponse,
    path: string,
    page: number,
    known = script.pages.length,
    early?: PollAnswer,
  ): void {
    const job = jobs.get(path);
    if (job === undefined) return outcome(response, 404, 'not-found');
    job.manifests += 1;
    const root = script.elsewhere === true ? other : script.relativeUrls === true ? '' : origin;
    const items = (kind: 'output' | 'deleted' | 'error'): object[] =>
      (script.pages[page] ?? []).flatMap(
        ({ kind: of = 'output', type, lines, count, fileSize, extension }, index) =>
          of === kind
            ? [
                {
                  ...(kind === 'output' && script.organizedBy !== undefined ? {} : { type }),
                  url: `${root}/files/${page}/${index}/${job.manifests}`,
                  count: count ?? lines.length,
                  fileSize,
                  extension,
                },
              ]
            : [],
      );
    const hasNext = page + 1 < known;
    response.setHeader('Content-Type', 'application/json');
    if (early?.retryAfter !== undefined) response.setHeader('Retry-After', early.retryAfter);
    if (early?.progress !== undefined) response.setHeader('X-Progress', early.progress);
    response.statusCode = told(response, early?.status ?? 200);
    response.end(
      JSON.stringify({
        transactionTime: TRANSACTION_TIME,
        ...(job.isV4 ? {} : { request: requestedBy.get(path) }),
        requiresAccessToken: script.requiresAccessToken ?? false,
        ...(script.organizedBy === undefined ? {} : { outputOrganizedBy: script.organizedBy }),
        output: items('output'),
        deleted: items('deleted'),
        [job.isV4 ? 'outcome' : 'error']: items('error'),
        ...(hasNext ? { link: [{ relation: 'next', url: `${root}${path}/pages/${page + 1}` }] } : {}),
      }),
    );
  }

  function file(
    request: IncomingMessage,
    response: ServerResponse,
    {
      file: served,
      before,
    }: { readonly file: ServedFile; readonly before: (number | 'cut' | 'cut packed')[] },
    isMoved: boolean,
    version: number,
  ): void {
    demand(request.method === 'GET', `${request.method} of a file`);
    demand(/gzip/.test(String(request.headers['accept-encoding'])), 'a file without Accept-Encoding: gzip');
    checkOrigin(request);
    if (script.requiresAccessToken === true && !mayEnter(request, response)) return;
    if (script.requiresAccessToken !== true)
      demand(request.headers.authorization === undefined, 'a token for a file that needs none');
    if (served.redirect === true && !isMoved) {
      response.writeHead(307, { Location: (request.url ?? '').replace('/files/', '/moved/') }).end();
      return;
    }
    if (served.expires === true && version === 1) return outcome(response, 403, 'expired');
    const next = before.shift();
    if (typeof next === 'number') {
      response.setHeader('Retry-After', '0');
      return outcome(response, next, 'transient');
    }
    const text = Buffer.from(served.lines.map((line) => `${line}\n`).join(''));
    const bytes = served.gzip === true ? gzipSync(text) : text;
    const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
    response.setHeader('Content-Type', 'application/fhir+ndjson');
    if (served.gzip === true) response.setHeader('Content-Encoding', 'gzip');
    if (served.ranges === true) {
      response.setHeader('Accept-Ranges', 'bytes');
      response.setHeader('ETag', etag);
    }
    const from = served.ranges === true ? rangeOf(request, etag) : 0;
    if (from > 0) {
      response.statusCode = 206;
      response.setHeader('Content-Range', `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
    }
    const rest = bytes.subarray(from);
    if (next === 'cut packed') {
      // Whole by its length, and still not all of the file.
      response.end(rest.subarray(0, Math.ceil(rest.length / 2)));
      return;
    }
    response.setHeader('Content-Length', rest.length);
    if (next === 'cut')
      response.write(rest.subarray(0, Math.ceil(rest.length / 2)), () => response.socket?.destroy());
    else response.end(rest);
  }

  function checkOrigin({ headers }: IncomingMessage): void {
    const isElsewhere = headers.host?.startsWith('localhost') === true;
    demand(
      script.mayHaveToken === true || !isElsewhere || headers.authorization === undefined,
      'a token at another origin',
    );
  }

  function rangeOf(request: IncomingMessage, etag: string): number {
    const [, from] = /^bytes=(\d+)-$/.exec(String(request.headers.range)) ?? [];
    return from !== undefined && request.headers['if-range'] === etag ? Number(from) : 0;
  }

  function mayEnter(request: IncomingMessage, response: ServerResponse): boolean {
    if (script.token === undefined || request.headers.authorization === `Bearer ${script.token}`) return true;
    outcome(response, 401, 'login');
    return false;
  }

  function metadata(response: ServerResponse): void {
    response.setHeader('Content-Type', 'application/fhir+json');
    response.end(
      JSON.stringify({
        resourceType: 'CapabilityStatement',
        fhirVersion: '4.0.1',
        ...(script.v4 === 'beside'
          ? { rest: [{ mode: 'server', operation: [{ name: 'export' }, { name: 'export-v4' }] }] }
          : {}),
        software: { name: 'Guide', version: '3.0.0', releaseDate: '2025-11-19' },
      }),
    );
  }

  function outcome(response: ServerResponse, code: number, issue: string): void {
    response.writeHead(code, { 'Content-Type': 'application/fhir+json' });
    const issues = [{ severity: 'error', code: issue, diagnostics: `the server says ${issue}` }];
    response.end(JSON.stringify({ resourceType: 'OperationOutcome', issue: issues }));
  }

  function demand(isRight: boolean, fault: string): void {
    if (!isRight) faults.push(fault);
  }

  return {
    url: `${origin}/fhir`,
    requests,
    faults,
    jobs,
    bodies,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../until.js';

/** A client that exports the same rows again and again, some exports at a time, and asks for other things between. */
export interface SteadyClient {
  /** Answers that were as they should be. */
  readonly answered: number;
  /** Requests that were not answered as they should be: one line each. */
  readonly failures: readonly string[];
  /** SHA-256 of the rows of each export that has ended. */
  readonly results: readonly string[];
  /** The rows of the first export, as NDJSON. */
  readonly firstRows: string;
  /** Resolves when so many exports more than now have ended. */
  more(exports: number): Promise<void>;
  /** Begins nothing more, and waits until all that was begun has ended. */
  stop(): Promise<void>;
}

const AT_A_TIME = 3;
/** Not more often than a client that is never told to slow down. */
const POLL_MS = 600;
const PAUSE_MS = 50;

interface Named {
  readonly name: string;
  readonly valueUri?: string;
  readonly part?: readonly Named[];
}

export function startSteadyClient(fhirUrl: string, view: object): SteadyClient {
  const failures: string[] = [];
  const results: string[] = [];
  let answered = 0;
  let firstRows = '';
  let isStopping = false;

  async function ask(url: string, status: readonly number[], init: RequestInit = {}): Promise<Response> {
    const what = `${init.method ?? 'GET'} ${url}`;
    const response = await fetch(url, { redirect: 'manual', ...init }).catch((error: unknown) => {
      throw new Error(`${what}: ${String(error)}`, { cause: error });
    });
    if (!status.includes(response.status)) {
      throw new Error(`${what}: ${response.status} ${await response.text()}`);
    }
    answered += 1;
    return response;
  }

  async function kickOff(): Promise<string> {
    const response = await ask(`${fhirUrl}/$sql-export`, [202], {
      method: 'POST',
      headers: { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async' },
      body: JSON.stringify({
        resourceType: 'Parameters',
        parameter: [
          { name: 'subject', part: [{ name: 'subjectResource', resource: view }] },
          { name: '_format', valueCode: 'ndjson' },
        ],
      }),
    });
    await response.arrayBuffer();
    return response.headers.get('content-location') ?? '';
  }

  async function exportOnce(): Promise<void> {
    const statusUrl = await kickOff();
    let resultUrl: string | null = null;
    while (resultUrl === null) {
      await delay(POLL_MS);
      const poll = await ask(statusUrl, [202, 303]);
      await poll.arrayBuffer();
      if (poll.status === 303) resultUrl = poll.headers.get('location');
    }
    const manifest = (await (await ask(resultUrl, [200])).json()) as { parameter: readonly Named[] };
    let rows = '';
    for (const { part = [] } of manifest.parameter.filter(({ name }) => name === 'output')) {
      for (const { valueUri = '' } of part.filter(({ name }) => name === 'location')) {
        rows += await (await ask(valueUri, [200])).text();
      }
    }
    if (firstRows === '') firstRows = rows;
    results.push(createHash('sha256').update(rows).digest('hex'));
  }

  async function repeat(act: () => Promise<void>, pauseMs: number): Promise<void> {
    while (!isStopping) {
      await act().catch((error: unknown) => failures.push(String(error)));
      await delay(pauseMs);
    }
  }
  const loops = [
    ...Array.from({ length: AT_A_TIME }, () => repeat(exportOnce, 0)),
    repeat(async () => void (await (await ask(`${fhirUrl}/metadata`, [200])).arrayBuffer()), PAUSE_MS),
  ];
  return {
    get answered() {
      return answered;
    },
    get firstRows() {
      return firstRows;
    },
    failures,
    results,
    async more(exports) {
      const wanted = results.length + exports;
      await until(async () => results.length >= wanted || failures.length > 0, `${exports} more exports`);
    },
    async stop() {
      isStopping = true;
      await Promise.all(loops);
    },
  };
}

import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BulkOrder } from '../bulk/bulk-order.js';
import type { BulkOptions } from '../bulk/bulk-run.js';
import { downloadBulk } from '../bulk/download-bulk.js';
import { exportBulk } from '../bulk/export-bulk.js';
import type { FinishedBulk } from '../bulk/folder-run.js';
import type { GuideScript, ServedFile } from './guide-script.js';
import { startGuideServer, type GuideServer } from './guide-server.js';
import { createVirtualClock, type VirtualClock } from './virtual-clock.js';

export const patient = (id: string): string => JSON.stringify({ resourceType: 'Patient', id });
export const PATIENTS: ServedFile = { type: 'Patient', lines: [patient('a'), patient('b')] };

/** A line of `log.ndjson`. */
export interface LoggedEvent {
  readonly exportId: string;
  readonly timestamp: string;
  readonly eventId: string;
  readonly eventDetail: Readonly<Record<string, unknown>>;
}

/** Exports into one folder, from servers of the guide, in no time. */
export interface BulkRuns {
  readonly folder: string;
  readonly clock: VirtualClock;
  /** Ends the server before it. */
  serve(script: GuideScript): Promise<GuideServer>;
  run(order?: Partial<BulkOrder>, options?: BulkOptions): Promise<FinishedBulk>;
  /** FHIR base URL of the server. */
  url(): string;
  /** Kicks an export off without a client. @returns its status URL */
  kickOff(path?: string): Promise<string>;
  download(statusUrl: string, options?: BulkOptions): Promise<FinishedBulk>;
  linesOf(path: string): Promise<readonly string[]>;
  logged(): Promise<readonly LoggedEvent[]>;
  /** Names in the folder that are not hidden. */
  visible(): Promise<readonly string[]>;
  /** @returns everything that the client did against the guide */
  end(): Promise<readonly string[]>;
}

export async function createBulkRuns(): Promise<BulkRuns> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bulk-'));
  const clock = createVirtualClock();
  const servers: GuideServer[] = [];
  const linesOf = async (path: string): Promise<readonly string[]> =>
    (await readFile(join(folder, path), 'utf8')).trimEnd().split('\n');
  return {
    folder,
    clock,
    async serve(script) {
      await servers.at(-1)?.close();
      const server = await startGuideServer(script);
      servers.push(server);
      return server;
    },
    url: () => servers.at(-1)?.url ?? '',
    run(order = {}, options = {}) {
      const server = servers.at(-1)?.url ?? '';
      return exportBulk(
        { server, order: { level: { kind: 'system' }, ...order }, folder },
        { clock, ...options },
      );
    },
    async kickOff(path = '$export') {
      const headers = { accept: 'application/fhir+json', prefer: 'respond-async' };
      const response = await fetch(`${servers.at(-1)?.url}/${path}`, { headers });
      return response.headers.get('content-location') ?? '';
    },
    download: (statusUrl, options = {}) => downloadBulk({ statusUrl, folder }, { clock, ...options }),
    linesOf,
    // A client writes lines of that form.
    logged: async () => (await linesOf('log.ndjson')).map((line) => JSON.parse(line) as LoggedEvent),
    visible: async () => (await readdir(folder)).filter((name) => !name.startsWith('.')).sort(),
    async end() {
      await servers.at(-1)?.close();
      await rm(folder, { recursive: true });
      return servers.flatMap(({ faults }) => faults);
    },
  };
}

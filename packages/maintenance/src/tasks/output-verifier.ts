import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExportRecord, ManifestFile, Retention } from '@millrace/export';
import { ObjectMissingError } from '@millrace/storage';
import type { BackgroundTask, TaskContext, TaskStatus } from '../background-task.js';
import { failItem } from '../failed-item.js';
import { checkLimit } from '../task-limit.js';
import { bytePace } from '../byte-pace.js';
import type { BytePace } from '../byte-pace.js';
import { BEHIND_ALL, comesBefore, placeFrom, rankOf, textOf } from './export-place.js';
import type { ExportPlace } from './export-place.js';

/** `altered`: it has other bytes, or fewer or more of them, than its export committed. */
export type FileVerdict = 'intact' | 'altered' | 'missing';

export interface OutputVerifierPorts {
  readonly jobs: Pick<Retention, 'expired'> & {
    read(exportId: string): Promise<ExportRecord | undefined>;
  };
  readonly store: { stream(key: string): AsyncIterable<Uint8Array> };
  /** The files that the manifest of a completed export lists; undefined where there is none. */
  readonly filesOf: (record: ExportRecord) => Promise<readonly ManifestFile[] | undefined>;
  readonly onVerified: (record: ExportRecord, file: ManifestFile, verdict: FileVerdict) => void;
}

export interface OutputVerifierStatus extends TaskStatus {
  /** Files that were read to their end, or are missing. */
  verified: number;
  bytes: number;
  /** `export/file` of each that is not what was committed. */
  readonly damaged: string[];
}

const RECORDS = 100;

/**
 * Reads the files of completed exports again, one export after the other, and compares them with their manifests: disks and
 * people change files without a word. Damaged files are told, and stay: whoever runs the store may be able to restore them.
 *
 * @throws TaskLimitError
 */
export function createOutputVerifier(
  ports: OutputVerifierPorts,
  options: {
    /** While an activation lasts. */
    readonly maxBytesPerSecond: number;
    readonly maxFilesPerActivation: number;
  },
): BackgroundTask<OutputVerifierStatus> {
  const { maxBytesPerSecond, maxFilesPerActivation: limit } = options;
  const name = 'output_verifier';
  checkLimit(name, 'maxBytesPerSecond', maxBytesPerSecond);
  checkLimit(name, 'maxFilesPerActivation', limit);
  return {
    name,
    description: 'reads the files of completed exports again and compares them with their manifests',
    periodSecs: 60,
    newStatus: () => ({ limit, verified: 0, bytes: 0, damaged: [], errors: [] }),
    async activate(context, status) {
      const next = await verifyFrom(ports, placeFrom(context.cursor), maxBytesPerSecond, context, status);
      if (next !== undefined) status.cursor = textOf(next);
    },
    level: ({ damaged }) => (damaged.length > 0 ? 'warn' : 'debug'),
  };
}

/** @returns where the next activation goes on; undefined after the last export */
async function verifyFrom(
  ports: OutputVerifierPorts,
  from: ExportPlace | undefined,
  maxBytesPerSecond: number,
  context: TaskContext,
  status: OutputVerifierStatus,
): Promise<ExportPlace | undefined> {
  const { halt } = context;
  const pace = bytePace(maxBytesPerSecond, {
    now: () => performance.now(),
    wait: async (ms) => delay(ms, undefined, { signal: halt }),
  });
  let place = from;
  for (;;) {
    // Ranks change as exports end and expire; places do not.
    const skip = place === undefined ? 0 : await rankOf(ports.jobs, place);
    const records = await ports.jobs.expired(Number.MAX_SAFE_INTEGER, RECORDS, skip);
    if (records.length === 0) return undefined;
    for (const record of records) {
      const begin = { expiresAt: record.expiresAt ?? 0, id: record.id, file: 0 };
      const first = place !== undefined && comesBefore(begin, place) ? place : begin;
      const stopped = await verifyExport(ports, record, first, pace, context, status);
      if (stopped !== undefined) return stopped;
      place = { ...begin, file: BEHIND_ALL };
    }
  }
}

/** @returns the place where it stopped before the end of the export */
async function verifyExport(
  { jobs, store, filesOf, onVerified }: OutputVerifierPorts,
  record: ExportRecord,
  first: ExportPlace,
  pace: BytePace,
  { now, signal, halt }: TaskContext,
  status: OutputVerifierStatus,
): Promise<ExportPlace | undefined> {
  const isKept = (found: ExportRecord | undefined) =>
    found?.state === 'completed' && (found.expiresAt ?? 0) > now();
  if (!isKept(record)) return undefined;
  let file = first.file;
  try {
    const files = (await filesOf(record)) ?? [];
    for (const listed of files.slice(first.file)) {
      if (signal.aborted || status.verified >= status.limit) return { ...first, file };
      const { bytes, verdict } = await examine(store, listed, pace, halt);
      status.bytes += bytes;
      status.verified += 1;
      file += 1;
      // The export may have been deleted in the meantime.
      if (verdict !== 'intact' && !isKept(await jobs.read(record.id))) return undefined;
      if (verdict !== 'intact') status.damaged.push(`${record.id}/${listed.name}`);
      onVerified(record, listed, verdict);
    }
    return undefined;
  } catch (error) {
    if (halt.aborted) return { ...first, file };
    // A store that does not answer for this file will hardly do for the next one, and one bad file must not hold up the rest.
    failItem(status, `${record.id}, file ${file + 1}`, error);
    return { ...first, file: file + 1 };
  }
}

async function examine(
  store: OutputVerifierPorts['store'],
  { key, bytes, sha256 }: ManifestFile,
  pace: BytePace,
  halt: AbortSignal,
): Promise<{ readonly bytes: number; readonly verdict: FileVerdict }> {
  const hash = createHash('sha256');
  let read = 0;
  try {
    for await (const chunk of store.stream(key)) {
      hash.update(chunk);
      read += chunk.length;
      await pace(chunk.length);
      halt.throwIfAborted();
      if (read > bytes) return { bytes: read, verdict: 'altered' };
    }
  } catch (error) {
    if (error instanceof ObjectMissingError) return { bytes: read, verdict: 'missing' };
    throw error;
  }
  const isIntact = read === bytes && hash.digest('hex') === sha256;
  return { bytes: read, verdict: isIntact ? 'intact' : 'altered' };
}

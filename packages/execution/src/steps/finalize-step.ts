import type {
  CompletedManifest,
  ExportRecord,
  ExportRequest,
  Lease,
  Notice,
  Part,
  Plan,
} from '@millrace/export';
import { EMPTY_TALLY, attemptPrefix, ownBases, shardStep } from '@millrace/export';
import { createPartEncoder, fileExtension } from '@millrace/formats';
import type { ViewFacts } from '@millrace/run';
import type { ObjectStore } from '@millrace/storage';
import { manifestHead } from '../conclude.js';
import { LeaseLostError } from '../lease/lease-keeper.js';
import { persist } from '../lease/persist.js';
import type { ExecutionPorts } from '../ports.js';

/** Steps whose parts are fetched at once. */
const STEPS_AT_ONCE = 500;

/** A committed part is not in the object store as it was committed. */
export class PartMissingError extends Error {
  override readonly name = 'PartMissingError';
  readonly key: string;

  constructor(key: string, reason: string) {
    super(`output file ${key} ${reason}`);
    this.key = key;
  }
}

/**
 * The files of every subject, in request order, each in input order. A subject without rows has one empty file, which
 * is stored under the lease of `finalize`.
 */
export async function gatherParts(
  ports: ExecutionPorts,
  request: ExportRequest,
  plan: Plan,
): Promise<Part[][]> {
  const files: Part[][] = request.subjects.map(() => []);
  for (let first = 0; first < plan.shards.length; first += STEPS_AT_ONCE) {
    const count = Math.min(STEPS_AT_ONCE, plan.shards.length - first);
    const steps = Array.from({ length: count }, (_, index) => shardStep(first + index));
    for (const part of (await ports.jobs.parts(request.id, steps)).flat()) files[part.subject]?.push(part);
  }
  for (const part of (await ports.jobs.parts(request.id, ['finalize'])).flat())
    files[part.subject]?.push(part);
  return files;
}

/**
 * Facts of the views of an export, in request order.
 *
 * @throws EngineFaultError; the reason of `stop`; EngineCrashedError
 */
export function describeViews(
  { pool, settings: { engine } }: Pick<ExecutionPorts, 'pool' | 'settings'>,
  request: ExportRequest,
  stop: AbortSignal,
): Promise<readonly ViewFacts[]> {
  const { fhirVersion, format } = request;
  const views = request.subjects.map(({ view }, subject) => ({ subject, view }));
  return pool.describe({ views, fhirVersion, bases: ownBases(request), engine, format }, stop);
}

/** Stores the empty files that are missing and records them, so that a second attempt finds them. */
export async function addEmptyFiles(
  ports: ExecutionPorts,
  lease: Lease,
  request: ExportRequest,
  facts: readonly ViewFacts[],
  files: Part[][],
  stop: AbortSignal,
): Promise<void> {
  const parts: Part[] = [];
  for (const [subject, { columns }] of facts.entries()) {
    if ((files[subject] ?? []).length > 0) continue;
    const key = `${attemptPrefix(request.tenant, lease)}${parts.length + 1}.${fileExtension(request.format)}`;
    await using upload = await ports.store.open(key);
    await upload.write(createPartEncoder(request, columns).finish());
    const { bytes, sha256, etag } = await upload.commit();
    parts.push({ subject, key, rows: 0, bytes, sha256, etag });
  }
  if (parts.length === 0) return;
  const cut = { cut: 0, from: 0, to: 0, parts, bytesRead: 0, tally: EMPTY_TALLY };
  const answer = await persist(() => ports.jobs.commitPart(lease, cut), stop);
  if (answer.kind === 'gap')
    throw new Error(`finalize of export ${request.id} already has other empty files`);
  if (answer.kind === 'fenced') {
    ports.events.fenced({ exportId: lease.exportId, step: lease.step, op: 'commit-part' });
    throw new LeaseLostError('fenced', lease);
  }
  for (const part of parts) files[part.subject]?.push(part);
}

/** @throws PartMissingError unless every file is in the store with the size and ETag that were committed */
export async function verifyFiles(
  store: Pick<ObjectStore, 'stat'>,
  files: readonly (readonly Part[])[],
): Promise<void> {
  for (const part of files.flat()) {
    const found = await store.stat(part.key);
    if (found === undefined) throw new PartMissingError(part.key, 'is gone from the object store');
    if (found.bytes !== part.bytes || found.etag !== part.etag) {
      throw new PartMissingError(
        part.key,
        `was changed: ${found.bytes} bytes with tag ${found.etag} instead of ${part.bytes} with ${part.etag}`,
      );
    }
  }
}

/** The manifest of a completed export. Pure, so that anybody can make it again while the export is deciding. */
export function completedManifest(
  record: ExportRecord,
  request: ExportRequest,
  facts: readonly ViewFacts[],
  files: readonly (readonly Part[])[],
  notices: readonly Notice[],
  decided: { writtenBy: string; endedAt: number; expiresAt: number },
): CompletedManifest {
  const extension = fileExtension(request.format);
  return {
    ...manifestHead(record, decided),
    outcome: 'completed',
    skippedLines: record.skippedLines,
    notices: [...(request.notices ?? []), ...notices],
    outputs: request.subjects.map(({ name }, subject) => ({
      name,
      engine: engineOf(facts, subject),
      files: (files[subject] ?? []).map(({ key, rows, bytes, sha256, etag }, index) => ({
        name: `${name}.part${index + 1}.${extension}`,
        key,
        rows,
        bytes,
        sha256,
        etag,
      })),
    })),
  };
}

/** A wrong name in the record would look like a right one. */
function engineOf(facts: readonly ViewFacts[], subject: number): string {
  const engine = facts[subject]?.engine;
  if (engine === undefined) throw new Error(`nothing is known of the view of subject ${subject}`);
  return engine;
}

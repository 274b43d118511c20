import { EMPTY_TALLY, LeaseLostError, attemptPrefix } from '@millrace/export';
import type { ExportRequest, Lease, Part, Plan } from '@millrace/export';
import { createPartEncoder, fileExtension, rowOriginOf } from '@millrace/formats';
import { completeExport, gatherFiles, gatherNotices } from '@millrace/lifecycle';
import type { OutputPart } from '@millrace/lifecycle';
import type { ViewFacts } from '@millrace/run';
import { packingSink } from '@millrace/storage';
import type { ObjectStore } from '@millrace/storage';
import { describeSubjects, finishedSubject } from '../describe-subjects.js';
import type { SubjectFacts } from '../describe-subjects.js';
import { persist } from '../lease/persist.js';
import { outcomePorts } from '../outcome-ports.js';
import type { ExecutionPorts } from '../ports.js';
import { commitTables } from '../tables/commit-tables.js';
import { checkOutput, outputLimitsOf } from './output-limits.js';
import { checkPartitions } from './check-partitions.js';
import { PartMissingError } from './part-missing-error.js';

/** The last step of an export: gives every view a file, checks that all files are stored, and completes the export. */
export async function finalizeStep(
  ports: ExecutionPorts,
  lease: Lease,
  request: ExportRequest,
  plan: Plan,
  stop: AbortSignal,
): Promise<void> {
  const record = await ports.jobs.read(lease.exportId);
  // Somebody has removed it since the claim.
  if (record === undefined) throw new LeaseLostError('fenced', lease);
  checkOutput(record, outputLimitsOf(ports.settings.output, request));
  const { files, pages } = await gatherFiles(ports, request, plan);
  checkPartitions(request, files, ports.settings.mostPartitions);
  const facts = await describeSubjects(ports, request, stop);
  await addEmptyFiles(ports, lease, request, facts, files, stop);
  await verifyFiles(ports.store, files);
  const tables = await commitTables(ports, lease, request, { files, facts }, stop);
  const subjects = facts.map(finishedSubject);
  const notices = await gatherNotices(ports.jobs, record, request, plan, { files, subjects });
  await completeExport(outcomePorts(ports), lease, record, {
    subjects,
    files,
    pages,
    notices,
    tables,
  });
}

/** Stores the empty files that are missing and records them, so that a second attempt finds them. */
async function addEmptyFiles(
  ports: ExecutionPorts,
  lease: Lease,
  request: ExportRequest,
  facts: readonly SubjectFacts[],
  files: OutputPart[][],
  stop: AbortSignal,
): Promise<void> {
  const parts: Part[] = [];
  const sink = request.compression === 'gzip' ? packingSink(ports.store) : ports.store;
  for (const [subject, { columns }] of facts.entries()) {
    if (columns === undefined || (files[subject] ?? []).length > 0) continue;
    const key = `${attemptPrefix(request.tenant, lease)}${parts.length + 1}.${fileExtension(request.format)}`;
    await using upload = await sink.open(key);
    await upload.write(emptyFile(request, subject, columns));
    parts.push({ subject, rows: 0, ...(await upload.commit()) });
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

function emptyFile(request: ExportRequest, index: number, columns: ViewFacts['columns']): Uint8Array {
  const subject = request.subjects[index];
  const { format, header, formulas, compression } = request;
  const zstd = compression === 'zstd' ? compression : undefined;
  const of = { fhirVersion: request.fhirVersion, exportId: request.id };
  const origin = subject?.kind === 'view' ? rowOriginOf('view', subject.view, of) : undefined;
  return createPartEncoder({ format, header, formulas, compression: zstd, origin }, columns).finish();
}

/** @throws PartMissingError unless every file is in the store with the size and ETag that were committed */
async function verifyFiles(
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

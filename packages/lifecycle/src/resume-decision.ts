import type { DecideResult, ExportRecord, Failure, Manifest } from '@millrace/export';
import { readCommittedTables } from './committed-tables.js';
import { completedManifest } from './completed-manifest.js';
import { endExport } from './end-export.js';
import { gatherNotices } from './gather-notices.js';
import { gatherFiles } from './gather-files.js';
import { manifestHead } from './manifest-head.js';
import type { Decided } from './manifest-head.js';
import type { OutcomePorts } from './ports.js';
import { removeUnlisted } from './remove-output.js';

/** Ends an export that another process left `deciding`: offers the manifest that it would have written. */
export async function resumeDecision(ports: OutcomePorts, record: ExportRecord): Promise<void> {
  const { state, outcome, endedAt } = record;
  if (state !== 'deciding' || outcome === undefined || endedAt === undefined) return;
  const decided = { writtenBy: ports.nonce(), endedAt, expiresAt: endedAt + ports.retentionMs };
  const { manifest } = await endExport(ports, await manifestOf(ports, record, outcome, decided));
  await removeUnlisted(ports.store, manifest);
}

/** Ends an export that another process is deciding. Does nothing for an export that has ended or is gone. */
export async function adoptDecision(
  ports: OutcomePorts,
  decision: Exclude<DecideResult, { kind: 'deciding' }>,
  exportId: string,
): Promise<void> {
  if (decision.kind !== 'already') return;
  const record = await ports.jobs.read(exportId);
  if (record) await resumeDecision(ports, record);
}

async function manifestOf(
  ports: OutcomePorts,
  record: ExportRecord,
  outcome: Manifest['outcome'],
  decided: Decided,
): Promise<Manifest> {
  const head = manifestHead(record, decided);
  switch (outcome) {
    case 'cancelled':
      return { ...head, outcome };
    case 'failed':
      return { ...head, outcome, failure: record.failure ?? UNKNOWN_FAILURE };
    case 'completed': {
      const request = await ports.artefacts.request(record);
      const plan = await ports.artefacts.plan(record);
      const { files, pages } = await gatherFiles(ports, request, plan);
      const subjects = await ports.describe(request);
      const notices = await gatherNotices(ports.jobs, record, request, plan, { files, subjects });
      const tables = await readCommittedTables(ports.store, request);
      return completedManifest(record, request, { subjects, files, pages, notices, tables }, decided);
    }
    default:
      return outcome satisfies never;
  }
}

const UNKNOWN_FAILURE: Failure = {
  status: 500,
  code: 'exception',
  diagnostics: 'the export failed and its reason was not recorded',
};

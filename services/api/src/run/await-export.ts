import { setTimeout as delay } from 'node:timers/promises';
import { isOver } from '@millrace/export';
import type { CompletedManifest, ExportRecord, Failure, JobStore } from '@millrace/export';

import type { Answers } from '@millrace/lifecycle';

export interface AwaitPorts {
  readonly jobs: Pick<JobStore, 'read'>;
  readonly artefacts: Pick<Answers, 'manifest'>;
}

/** How an export ended for which somebody waits. */
export type AwaitedEnd =
  | { readonly kind: 'completed'; readonly manifest: CompletedManifest }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** The first looks come soon after each other, because most runs are short. */
const FIRST_MS = 10;
const LONGEST_MS = 250;

/**
 * Waits for the end of an export.
 *
 * @param signal ends the wait with its reason
 * @throws Error when somebody else has cancelled or removed it
 */
export async function awaitExport(
  { jobs, artefacts }: AwaitPorts,
  of: Pick<ExportRecord, 'id' | 'tenant'>,
  signal: AbortSignal,
): Promise<AwaitedEnd> {
  const startedAt = performance.now();
  for (;;) {
    const record = await jobs.read(of.id);
    signal.throwIfAborted();
    if (record === undefined) throw new Error(`export ${of.id} of a run was removed by somebody else`);
    if (isOver(record.state)) {
      const manifest = await artefacts.manifest(of);
      if (manifest?.outcome === 'completed') return { kind: 'completed', manifest };
      if (manifest?.outcome === 'failed') return { kind: 'failed', failure: manifest.failure };
      if (record.failure !== undefined) return { kind: 'failed', failure: record.failure };
      throw new Error(`export ${of.id} of a run was cancelled by somebody else`);
    }
    const waitedMs = performance.now() - startedAt;
    const pauseMs = Math.min(LONGEST_MS, Math.max(FIRST_MS, waitedMs / 10));
    await delay(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

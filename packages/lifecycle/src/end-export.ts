import type { DecideResult, JobStore, Manifest } from '@millrace/export';
import { StoreUnavailableError } from '@millrace/storage';
import { conclude, settleAs } from './conclude.js';
import type { Conclusion } from './conclude.js';
import type { EndPorts } from './ports.js';

/** Enters `deciding` if nobody has, and says so. Work on the export stops, and others have its turns. */
export async function decideOutcome(
  { jobs, events, dispatcher }: EndPorts,
  exportId: string,
  decision: Parameters<JobStore['decide']>[1],
): Promise<DecideResult> {
  const decided = await jobs.decide(exportId, decision);
  if (decided.kind === 'deciding') {
    events.deciding({ exportId, outcome: decision.outcome });
    dispatcher.nudge();
  }
  return decided;
}

/**
 * Ends an export that is `deciding`, and says so once: as the proposal says, or as the manifest that somebody stored
 * before. Every way to end an export comes here, and who stored the manifest is the one who tells of the end.
 *
 * @param ifStoreIsAway `settle` sets a failure in Redis alone: an export that cannot store its reason still tells it
 * @throws StoreUnavailableError when the object store does not answer: the export is then still deciding
 */
export async function endExport(
  { jobs, store, events }: Pick<EndPorts, 'store' | 'events'> & { jobs: Pick<JobStore, 'settle'> },
  proposal: Manifest,
  ifStoreIsAway: 'throw' | 'settle' = 'throw',
): Promise<Conclusion> {
  const { exportId } = proposal;
  const conclusion = await conclude({ jobs, store }, proposal).catch(async (err: unknown) => {
    events.manifestCommitted({ exportId, commit: 'error', err });
    if (ifStoreIsAway === 'throw' || !(err instanceof StoreUnavailableError)) throw err;
    await settleAs(jobs, proposal);
    return undefined;
  });
  if (conclusion === undefined) {
    tellEnd(events, proposal);
    return { manifest: proposal, won: true };
  }
  events.manifestCommitted({ exportId, commit: conclusion.won ? 'won' : 'adopted' });
  if (conclusion.won) tellEnd(events, conclusion.manifest);
  return conclusion;
}

function tellEnd(events: EndPorts['events'], manifest: Manifest): void {
  const { exportId, outcome } = manifest;
  for (const notice of manifest.outcome === 'completed' ? manifest.notices : []) {
    const { kind, count, diagnostics } = notice;
    events.noticed({
      exportId,
      kind,
      ...(count === undefined ? {} : { count }),
      // The text of a notice about a view may quote the view.
      ...(kind === 'view' ? {} : { names: diagnostics }),
    });
  }
  events.exportSettled({
    exportId,
    outcome,
    durationMs: Date.parse(manifest.endedAt) - Date.parse(manifest.acceptedAt),
    ...(manifest.outcome === 'failed' ? { failure: manifest.failure } : {}),
  });
}

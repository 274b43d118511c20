import { isExportId, isOver } from '@millrace/export';
import type { ExportRecord, JobStore, PollTerms } from '@millrace/export';
import { polledTooOften, retryAfterSeconds } from '@millrace/protocol';
import type { PollPace } from '@millrace/protocol';
import { findExport, visibleTo } from './find-export.js';
import type { Reach } from './find-export.js';

export interface Polling {
  /** Bounds of `Retry-After`. */
  readonly pace: PollPace;
  /** Undefined: clients poll as often as they like. */
  readonly throttle: Omit<PollTerms, 'untoldMs'> | undefined;
}

/**
 * The export that a client polls. The read counts the poll. The wait that the client is told is written down when it changes,
 * and nobody waits for that.
 *
 * @throws ProtocolError 404, 429
 */
export async function pollExport(
  jobs: Pick<JobStore, 'read' | 'poll' | 'tell'>,
  { pace, throttle }: Polling,
  owner: Reach,
  id: string,
): Promise<ExportRecord> {
  if (throttle === undefined) return findExport(jobs, owner, id);
  const terms = { ...throttle, untoldMs: pace.minSeconds * 1000 };
  const polled = isExportId(id) ? await jobs.poll(id, owner, terms) : undefined;
  const record = visibleTo(owner, id, polled?.record);
  if (isOver(record.state)) return record;
  const retryAfter = retryAfterSeconds(record, Date.now(), pace);
  if (polled?.isTooOften === true) throw polledTooOften(retryAfter);
  // Without it the client may poll more often than it should, which harms nobody.
  const told = polled?.toldMs ?? terms.untoldMs;
  if (told !== retryAfter * 1000) void jobs.tell(id, retryAfter * 1000).catch(() => undefined);
  return record;
}

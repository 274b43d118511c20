import { isExportId, isOver } from '@millrace/export';
import type { ExportRecord, JobStore, PollTerms } from '@millrace/export';
import { polledTooOften, ProtocolError, retryAfterSeconds } from '@millrace/protocol';
import type { PollPace } from '@millrace/protocol';
import { findExport, visibleTo } from './find-export.js';
import type { Reach } from './find-export.js';
import type { TenantRate } from './tenant-rate.js';

export interface Polling {
  /** Bounds of `Retry-After`. */
  readonly pace: PollPace;
  /** Undefined: clients poll as often as they like. */
  readonly throttle: Omit<PollTerms, 'untoldMs'> | undefined;
  /** For all polls of a tenant together. */
  readonly rate: TenantRate;
}

/**
 * The export that a client polls. The read counts the poll. The wait that the client is told is written down when it changes,
 * and nobody waits for that.
 *
 * @throws ProtocolError 404, 429
 */
export async function pollExport(
  jobs: Pick<JobStore, 'read' | 'poll' | 'tell'>,
  { pace, throttle, rate }: Polling,
  owner: Reach,
  id: string,
): Promise<ExportRecord> {
  if (throttle === undefined) {
    const found = await findExport(jobs, owner, id);
    if (!isOver(found.state)) await countPoll(rate, owner.tenant);
    return found;
  }
  const terms = { ...throttle, untoldMs: pace.minSeconds * 1000 };
  const polled = isExportId(id) ? await jobs.poll(id, owner, terms) : undefined;
  const record = visibleTo(owner, id, polled?.record);
  if (isOver(record.state)) return record;
  await countPoll(rate, owner.tenant);
  const retryAfter = retryAfterSeconds(record, Date.now(), pace);
  if (polled?.isTooOften === true) throw polledTooOften(retryAfter);
  // Without it the client may poll more often than it should, which harms nobody.
  const told = polled?.toldMs ?? terms.untoldMs;
  if (told !== retryAfter * 1000) void jobs.tell(id, retryAfter * 1000).catch(() => undefined);
  return record;
}

/** A Redis that takes no writes counts nothing, and still answers polls. @throws ProtocolError 429 */
async function countPoll(rate: TenantRate, tenant: string): Promise<void> {
  try {
    await rate.count(tenant);
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
  }
}

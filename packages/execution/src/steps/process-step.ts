import { LeaseLostError, isOver, shardIndex } from '@millrace/export';
import type { ClaimResult, Committed, ExportRecord, ExportRequest, Lease, StepRef } from '@millrace/export';
import {
  failExport,
  readManifest,
  removeLateOutput,
  removeUnlisted,
  resumeDecision,
  withTracedEnd,
} from '@millrace/lifecycle';
import type { Events } from '@millrace/observability';
import type { Disposition, Delivery as QueueDelivery } from '@millrace/queue';
import { keepLease } from '../lease/lease-keeper.js';
import { outcomePorts, tracedOutcomes } from '../outcome-ports.js';
import type { ExecutionPorts } from '../ports.js';
import { finalizeStep } from './finalize-step.js';
import { ExportTooLargeError, checkOutput, outputLimitsOf } from './output-limits.js';
import { givePages } from './give-pages.js';
import { planStep } from './plan-step.js';
import { ExportTooLongError, runTimeOf, watchRunTime } from './run-time.js';
import { CheckpointGapError, shardStep } from './shard-step.js';
import type { ShardDone, ShardWork } from './shard-step.js';
import { faultOf, lostFailure, spentFailure } from './step-outcome.js';
import { reportFault } from './report-fault.js';
import type { Shutdown } from './shutdown.js';
import { traceStep, untraced } from './step-trace.js';
import { withRecord } from './with-record.js';

/** Wait before a message is looked at again when its step could not be taken for a reason that passes soon. */
const SOON_MS = 250;

/** One delivery of a message to a worker that may be told to shut down. */
export interface Delivery extends Pick<QueueDelivery, 'lost' | 'ageMs'> {
  readonly shutdown: Shutdown;
}

/** Whether it was heard that the export is being decided. */
interface Hearsay {
  isDecided: boolean;
  /** Called when it is heard from then on. */
  onDecided: () => void;
}

/**
 * Does the work behind a message. The message is only a hint: the claim says what is to be done, and every
 * write presents its lease. It is safe to run twice, even at the same time.
 */
export async function processStep(
  ports: ExecutionPorts,
  ref: StepRef,
  delivery: Delivery,
): Promise<Disposition> {
  // From before the claim on: the claim is refused where the export is decided already.
  const hearsay: Hearsay = { isDecided: false, onDecided: () => undefined };
  const forget = ports.decisions.onDecided(ref.exportId, () => {
    hearsay.isDecided = true;
    hearsay.onDecided();
  });
  try {
    return await takeMessage(ports, ref, delivery, hearsay);
  } finally {
    forget();
    // The window may have room now, whether the step succeeded or not.
    ports.dispatcher.nudge();
  }
}

async function takeMessage(
  ports: ExecutionPorts,
  ref: StepRef,
  delivery: Delivery,
  hearsay: Hearsay,
): Promise<Disposition> {
  if (delivery.shutdown.isDraining) return { kind: 'handback' };
  const { settings } = ports;
  const claimedAt = performance.now();
  const claim = await ports.jobs.claim(ref, {
    nonce: ports.nonce(),
    worker: settings.worker,
    leaseMs: settings.lease.leaseMs,
    maxAttempts: settings.maxAttempts,
  });
  switch (claim.kind) {
    case 'claimed':
      return work(ports, ref, claim, claimedAt, delivery, hearsay);
    case 'held':
      return { kind: 'delay', ms: claim.remainingMs + Math.random() * SOON_MS };
    case 'exhausted':
      await withRecord(ports, ref, async (record) =>
        failExport(await tracedOutcomes(ports, record), record, spentFailure(ref, claim)),
      );
      return { kind: 'done' };
    case 'lost':
      await withRecord(ports, ref, async (record) =>
        failExport(await tracedOutcomes(ports, record), record, lostFailure(ref)),
      );
      return { kind: 'done' };
    case 'closed':
      await withRecord(ports, ref, async (record) =>
        cleanUpAfter(await withTracedEnd(ports, record), record),
      );
      return { kind: 'done' };
    case 'done':
    case 'full':
    case 'early':
    case 'gone':
      return { kind: 'done' };
    default:
      return claim satisfies never;
  }
}

type Claimed = Extract<ClaimResult, { kind: 'claimed' }>;

async function work(
  ports: ExecutionPorts,
  ref: StepRef,
  claimed: Claimed,
  claimedAt: number,
  { shutdown, lost, ageMs }: Delivery,
  hearsay: Hearsay,
): Promise<Disposition> {
  const { lease, attempt, tenant, ranMs } = claimed;
  const startedAt = performance.now();
  const stop = new AbortController();
  const finishAtCut = new AbortController();
  using kept = keepLease(ports.jobs, lease, ports.settings.lease, claimedAt, {
    onLost: (error) => stop.abort(error),
    onWanted: () => finishAtCut.abort(),
  });
  using _following = shutdown.follow({
    onDrain: () => finishAtCut.abort(),
    onHalt: (reason) => stop.abort(reason),
  });
  if (lost.aborted) stop.abort(lost.reason);
  lost.addEventListener('abort', () => stop.abort(lost.reason), { once: true });
  hearsay.onDecided = () => kept.check();
  const about = (): { exportId: string; step: string; attempt: number; durationMs: number } => {
    return { exportId: ref.exportId, step: ref.step, attempt, durationMs: performance.now() - startedAt };
  };
  let own = untraced(ports);
  let failed: string | undefined;
  try {
    // The decision may have been heard between the claim and its answer; it is only a hint.
    if (hearsay.isDecided) await requireLease(ports, lease);
    const request = await ports.artefacts.request({ tenant, id: ref.exportId });
    using _time = watchRunTime(ranMs, runTimeOf(ports.settings.runTimeMs, request), (error) =>
      stop.abort(error),
    );
    stop.signal.throwIfAborted();
    own = traceStep(ports, claimed, request, ageMs);
    const signals = { stop: stop.signal, finishAtCut: finishAtCut.signal };
    const done = await takeStep(own.ports, claimed, request, signals, ageMs);
    if (done === undefined) {
      await ports.jobs.release(lease, { kind: 'handback' });
      const reason = shutdown.isDraining ? 'shutdown' : 'turn';
      own.ports.events.shardHandedBack({ ...about(), reason });
      return { kind: 'done' };
    }
    if (shardIndex(ref.step) !== undefined)
      own.ports.events.shardCommitted({ ...about(), engines: done.engines });
    if (done.written !== undefined) {
      await failIfTooLarge(own.ports, ref, done.written, request);
      await givePages(own.ports, tenant, lease);
    }
    return { kind: 'done' };
  } catch (error) {
    failed = error instanceof Error ? error.name : 'unknown';
    if (error instanceof LeaseLostError) {
      return await letGo(own.ports, lease, tenant, { ...about(), reason: error.loss });
    }
    if (error instanceof CheckpointGapError || shutdown.isHalting || lost.aborted) {
      await ports.jobs.release(lease, { kind: 'handback' });
      return { kind: 'done' };
    }
    const cause: unknown = stop.signal.reason instanceof ExportTooLongError ? stop.signal.reason : error;
    return await reportFault(own.ports, { lease, attempt }, cause, about().durationMs, stop.signal).catch(
      (refusal: unknown) => {
        if (!(refusal instanceof LeaseLostError)) throw refusal;
        return letGo(own.ports, lease, tenant, { ...about(), reason: refusal.loss });
      },
    );
  } finally {
    own.end(failed);
  }
}

/** @throws LeaseLostError when it is not held any more */
async function requireLease({ jobs, settings }: ExecutionPorts, lease: Lease): Promise<void> {
  const { kind } = await jobs.heartbeat(lease, settings.lease.leaseMs);
  if (kind === 'fenced') throw new LeaseLostError('fenced', lease);
}

/**
 * Runs after a lease was lost. If the export has ended or is gone, the late output of this attempt is removed
 * at once.
 */
async function letGo(
  ports: ExecutionPorts,
  lease: Lease,
  tenant: string,
  event: Parameters<Events['leaseLost']>[0] & { durationMs: number },
): Promise<Disposition> {
  let record: ExportRecord | undefined;
  try {
    record = await ports.jobs.read(lease.exportId);
  } catch {
    // A silent Redis also loses a lease. The next claim finds out what happened to the export.
    ports.events.leaseLost(event);
    return { kind: 'delay', ms: SOON_MS };
  }
  if (record === undefined || isDecided(record)) ports.events.stepStopped(event);
  else ports.events.leaseLost(event);
  if (record === undefined) {
    await removeLateOutput(ports.store, tenant, lease);
    return { kind: 'done' };
  }
  // A fresh claim tells whether the step is held, done, or over.
  if (!isOver(record.state)) return { kind: 'delay', ms: SOON_MS };
  await cleanUpAfter(ports, record);
  return { kind: 'done' };
}

/** Does the step; undefined when it was left unfinished at a cut. */
async function takeStep(
  ports: ExecutionPorts,
  { lease, checkpoint, attempt, tenant }: Claimed,
  request: ExportRequest,
  { stop, finishAtCut }: Pick<ShardWork, 'stop' | 'finishAtCut'>,
  waitedMs: number,
): Promise<ShardDone | undefined> {
  const name = { tenant, id: lease.exportId };
  if (lease.step === 'plan') {
    await planStep(ports, lease, request, stop);
    return { engines: [] };
  }
  const plan = await ports.artefacts.plan(name);
  if (lease.step === 'finalize') {
    await finalizeStep(ports, lease, request, plan, stop);
    return { engines: [] };
  }
  ports.events.shardStarted({
    exportId: lease.exportId,
    step: lease.step,
    attempt,
    offset: checkpoint.offset,
    waitedMs,
  });
  return shardStep(ports, {
    lease,
    checkpoint,
    attempt,
    request,
    plan,
    stop,
    finishAtCut,
  });
}

/** The step is done, and no lease speaks for it any more. */
async function failIfTooLarge(
  ports: ExecutionPorts,
  ref: StepRef,
  written: Committed,
  request: ExportRequest,
): Promise<void> {
  try {
    checkOutput(written, outputLimitsOf(ports.settings.output, request));
  } catch (error) {
    if (!(error instanceof ExportTooLargeError)) throw error;
    const { failure } = faultOf(error);
    await withRecord(ports, ref, (record) => failExport(outcomePorts(ports), record, failure));
  }
}

/** The export has ended, or is about to: finishes its end, and removes the output of a late attempt. */
async function cleanUpAfter(ports: ExecutionPorts, record: ExportRecord): Promise<void> {
  if (record.state === 'deciding') return resumeDecision(outcomePorts(ports), record);
  const manifest = await readManifest(ports.store, record.tenant, record.id);
  if (manifest !== undefined) await removeUnlisted(ports.store, manifest);
}

function isDecided({ state }: ExportRecord): boolean {
  return state === 'deciding' || isOver(state);
}

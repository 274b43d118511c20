import type { ExportRequest, Lease, Plan } from '@millrace/export';
import { exportObjectKey } from '@millrace/export';
import { readPlan } from '../artefacts.js';
import { LeaseLostError } from '../lease/lease-keeper.js';
import { persist } from '../lease/persist.js';
import type { ExecutionPorts } from '../ports.js';
import { proposePlan } from './propose-plan.js';

/** Shards that one script adds: it blocks Redis for well under a millisecond. */
const SLICE_SHARDS = 1000;

/**
 * Pins the inputs, cuts them into shards, and opens the first stage. The plan that was stored first holds, so that a
 * second attempt reads the same snapshot.
 */
export async function planStep(
  ports: ExecutionPorts,
  lease: Lease,
  request: ExportRequest,
  stop: AbortSignal,
): Promise<void> {
  const startedAt = performance.now();
  const { store, settings } = ports;
  const resourceTypes = request.subjects.map(({ view }) => String(view.resource));
  const proposal = await proposePlan(ports.source(request.source), resourceTypes, settings.shardBytes);
  const key = exportObjectKey(request.tenant, request.id, 'plan');
  await store.createIfAbsent(key, Buffer.from(JSON.stringify(proposal)), 'must-exist');
  const plan = await readPlan(store, request.tenant, request.id);
  await recordPlan(ports, lease, plan, stop);
  ports.events.planned({
    exportId: request.id,
    inputs: plan.inputs.length,
    passes: plan.passes.length,
    shards: plan.shards.length,
    bytesTotal: bytesOf(plan),
    durationMs: performance.now() - startedAt,
  });
}

async function recordPlan(ports: ExecutionPorts, lease: Lease, plan: Plan, stop: AbortSignal): Promise<void> {
  const starts = plan.shards.map(({ start }) => start);
  for (let first = 0; ; first += SLICE_SHARDS) {
    const last = first + SLICE_SHARDS >= starts.length;
    const slice = {
      first,
      starts: starts.slice(first, first + SLICE_SHARDS),
      ...(last
        ? { complete: { stages: starts.length > 0 ? [starts.length] : [], bytesTotal: bytesOf(plan) } }
        : {}),
    };
    const answer = await persist(() => ports.jobs.planSlice(lease, slice), stop);
    if (answer.kind === 'fenced') {
      ports.events.fenced({ exportId: lease.exportId, step: lease.step, op: 'plan-slice' });
      throw new LeaseLostError('fenced', lease);
    }
    if (last) return;
  }
}

function bytesOf(plan: Plan): number {
  return plan.shards.reduce((sum, { start, end }) => sum + end - start, 0);
}

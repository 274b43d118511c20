import { isOver, isStepId, shardIndex, shardStepId, type StepId } from '@millrace/export';
import type { SortedSet } from './sorted-set.js';
import { waitingStep, type Memory, type StoredExport } from './memory-state.js';

/** Shards that are put into the set of an export at once, as in the Lua. */
const FILL = 1_000;

export function memberOf(id: string, step: StepId): string {
  return `${id}/${step}`;
}

export function partsOf(member: string): { id: string; step: StepId } {
  const at = member.lastIndexOf('/');
  const step = member.slice(at + 1);
  if (!isStepId(step)) throw new TypeError(`"${member}" does not name a step`);
  return { id: member.slice(0, at), step };
}

export function acceptsWork({ record }: StoredExport): boolean {
  return record.state === 'accepted' || record.state === 'in-progress';
}

function join(set: SortedSet, member: string): void {
  set.add(member, set.least()?.score ?? 0);
}

/** A client of a tenant. The length keeps the two names apart, whatever characters they have. */
export function ownerNamed(tenant: string, client: string): string {
  return `${tenant.length}:${tenant}:${client}`;
}

export function ownerOf({ tenant, client }: { readonly tenant: string; readonly client: string }): string {
  return ownerNamed(tenant, client);
}

export function lineUp({ waiting }: Memory, { record }: StoredExport): void {
  join(waiting.exportsOf(ownerOf(record)), record.id);
  join(waiting.clientsOf(record.tenant), record.client);
  join(waiting.tenants, record.tenant);
}

/** The step takes no place in the window any more. */
function unsend({ waiting, exports }: Memory, id: string, step: StepId): void {
  const member = memberOf(id, step);
  waiting.window.remove(member);
  waiting.asked.remove(member);
  const record = exports.get(id)?.record;
  if (record === undefined) return;
  waiting.slotsOf(record.tenant).remove(member);
  waiting.sentOf(ownerOf(record)).remove(member);
  waiting.heldOf(ownerOf(record)).remove(member);
  if (waiting.sentOf(ownerOf(record)).size === 0) waiting.owners.remove(ownerOf(record));
}

export function leave(memory: Memory, id: string, step: StepId): void {
  memory.waiting.queued.remove(memberOf(id, step));
  unsend(memory, id, step);
}

/** A worker has the step until its lease ends. */
export function hold(memory: Memory, stored: StoredExport, step: StepId, until: number): void {
  stored.ready.remove(step);
  stored.failed.remove(step);
  const member = memberOf(stored.record.id, step);
  memory.waiting.queued.remove(member);
  keepUntil(memory, stored, step, until);
  memory.waiting.heldOf(ownerOf(stored.record)).set(member, until);
}

/** Keeps a step in the window, and in the slots of its tenant and of its owner, until `until`. */
export function keepUntil({ waiting }: Memory, { record }: StoredExport, step: StepId, until: number): void {
  const member = memberOf(record.id, step);
  waiting.window.set(member, until);
  waiting.slotsOf(record.tenant).set(member, until);
  const owner = ownerOf(record);
  waiting.sentOf(owner).set(member, until);
  waiting.owners.set(owner, Math.max(until, waiting.owners.score(owner) ?? 0));
}

export function enqueue(memory: Memory, stored: StoredExport, step: StepId): void {
  const { id } = stored.record;
  unsend(memory, id, step);
  memory.waiting.queued.add(memberOf(id, step), memory.now());
  stored.ready.set(step, orderOf(step));
  lineUp(memory, stored);
}

export function putBack(memory: Memory, stored: StoredExport, step: StepId): void {
  countRound(stored, step);
  enqueue(memory, stored, step);
}

export function putOff(memory: Memory, stored: StoredExport, step: StepId, due: number): void {
  countRound(stored, step);
  const { id } = stored.record;
  leave(memory, id, step);
  memory.waiting.queued.add(memberOf(id, step), due);
  stored.failed.set(step, due);
}

function countRound(stored: StoredExport, step: StepId): void {
  const found = stored.steps.get(step);
  if (found) found.round += 1;
}

/** The order in which steps of one export are dispatched. */
export function orderOf(step: StepId): number {
  return shardIndex(step) ?? (step === 'plan' ? -2 : -1);
}

/** Whether a tenant has no slot left for a step. */
export function isAtCap({ waiting, limits, now }: Memory, tenant: string, member?: string): boolean {
  const most = limits.stepsOfTenants.get(tenant) ?? limits.tenantSteps;
  if (most === 0) return false;
  const slots = waiting.slotsOf(tenant);
  for (const expired of slots.members(now())) slots.remove(expired);
  if (member !== undefined && slots.has(member)) return false;
  return slots.size >= most;
}

/** Puts the next shards of the open stage into the set of the export. */
export function fill(memory: Memory, stored: StoredExport): void {
  const to = Math.min(stored.shardsOpen, stored.shardsQueued + FILL);
  for (; stored.shardsQueued < to; stored.shardsQueued += 1) {
    const step = shardStepId(stored.shardsQueued);
    stored.ready.set(step, stored.shardsQueued);
    memory.waiting.queued.add(memberOf(stored.record.id, step), stored.openedAt);
    lineUp(memory, stored);
  }
}

/** Opens the next stage that has shards, or finalize after the last one, and queues it. */
export function openNext(memory: Memory, stored: StoredExport): void {
  let boundary = 0;
  for (const count of stored.stages) {
    boundary += count;
    if (boundary > stored.shardsOpen) {
      stored.shardsOpen = boundary;
      stored.openedAt = memory.now();
      fill(memory, stored);
      return;
    }
  }
  stored.steps.set('finalize', waitingStep(0));
  enqueue(memory, stored, 'finalize');
}

/** Removes every trace of an export from the sets. */
export function retire(memory: Memory, stored: StoredExport): void {
  const { id } = stored.record;
  for (const set of [stored.ready, stored.failed]) {
    for (const step of set.members()) {
      memory.waiting.queued.remove(memberOf(id, step));
      set.remove(step);
    }
  }
  for (const member of memory.waiting.window.members()) {
    const at = partsOf(member);
    if (at.id === id) leave(memory, id, at.step);
  }
  memory.waiting.exportsOf(ownerOf(stored.record)).remove(id);
}

/** Exports of a tenant that count for its cap. */
export function activeExports({ exports }: Memory, tenant: string): number {
  const counted = [...exports.values()].filter(
    ({ record }) => record.tenant === tenant && record.state !== 'deciding' && !isOver(record.state),
  );
  return counted.length;
}

import type { Dispatch, DispatchedStep, StepId, Upkeep } from '@millrace/export';
import { LEAST_WINDOW, WINDOW_FACTOR } from '../limits.js';
import type { Memory, StoredExport } from './memory-state.js';
import {
  acceptsWork,
  fill,
  isAtCap,
  keepUntil,
  lineUp,
  memberOf,
  orderOf,
  ownerNamed,
  putBack,
} from './waiting-steps.js';

export function memoryDispatch(memory: Memory): Dispatch {
  const { waiting, limits, now } = memory;
  return {
    async dispatch(max) {
      admitFailed(memory);
      const { tenants } = waiting;
      const room = Math.min(max, windowSize(memory) - waiting.window.size);
      const taken: DispatchedStep[] = [];
      const take = ({ stored, step }: NextStep): void => {
        const { id, tenant, client } = stored.record;
        keepUntil(memory, stored, step, now() + limits.deliveryMs);
        for (const [set, member] of [
          [tenants, tenant],
          [waiting.clientsOf(tenant), client],
        ] as const) {
          set.set(member, (set.score(member) ?? 0) + 1);
        }
        taken.push({ exportId: id, step, round: stored.steps.get(step)?.round ?? 0 });
      };
      const passed = new Set<string>();
      let reached: number | undefined;
      while (taken.length < room) {
        const turn = tenants.least(passed);
        if (!turn) break;
        if (isAtCap(memory, turn.member)) {
          passed.add(turn.member);
          continue;
        }
        const next = nextOf(memory, turn.member);
        if (!next) continue;
        take(next);
        reached = turn.score;
      }
      if (reached !== undefined) {
        for (const tenant of passed) tenants.set(tenant, Math.max(reached, tenants.score(tenant) ?? 0));
      }
      // Some of those that have nothing in the window, where it has no room.
      for (const tenant of tenants.members().slice(0, LOOKED_AT)) {
        if (isAtCap(memory, tenant)) continue;
        for (const client of waiting.clientsOf(tenant).members().slice(0, LOOKED_AT)) {
          const owner = ownerNamed(tenant, client);
          if (taken.length >= max || sentBy(memory, owner) > 0) continue;
          const next = nextOfOwner(memory, owner);
          if (next) take(next);
        }
      }
      return taken;
    },
    async registerWorker({ id, slots, forMs }) {
      if (slots === 0) waiting.workers.delete(id);
      else waiting.workers.set(id, { slots, until: now() + forMs });
    },
    async backlog() {
      const oldest = waiting.queued.least();
      return {
        queued: waiting.queued.members(now()).length,
        window: waiting.window.size,
        oldestMs: oldest === undefined ? 0 : Math.max(0, now() - oldest.score),
      };
    },
  };
}

function windowSize({ waiting, now }: Memory): number {
  const live = [...waiting.workers.values()].filter(({ until }) => until > now());
  const slots = live.reduce((sum, worker) => sum + worker.slots, 0);
  return slots > 0 ? slots * WINDOW_FACTOR : LEAST_WINDOW;
}

/** Failed steps that have waited long enough queue up again. */
function admitFailed(memory: Memory): void {
  for (const stored of memory.exports.values()) {
    for (const step of stored.failed.members(memory.now())) {
      stored.failed.remove(step);
      stored.ready.set(step, orderOf(step));
      lineUp(memory, stored);
    }
  }
}

interface NextStep {
  readonly stored: StoredExport;
  readonly step: StepId;
}

/** Tenants, and clients of each, of which one is given a step although the window has no room. */
const LOOKED_AT = 20;

function sentBy({ waiting, now }: Memory, owner: string): number {
  const sent = waiting.sentOf(owner);
  for (const expired of sent.members(now())) sent.remove(expired);
  return sent.size;
}

/** The next step of a tenant. Clients without any leave when their turn comes, and with the last one the tenant. */
function nextOf(memory: Memory, tenant: string): NextStep | undefined {
  const clients = memory.waiting.clientsOf(tenant);
  for (;;) {
    const turn = clients.least();
    if (!turn) {
      memory.waiting.tenants.remove(tenant);
      return undefined;
    }
    const next = nextOfOwner(memory, ownerNamed(tenant, turn.member));
    if (next) return next;
    clients.remove(turn.member);
  }
}

/** The next export of an owner and its first step. Those without any leave when their turn comes. */
function nextOfOwner(memory: Memory, owner: string): NextStep | undefined {
  const exportIds = memory.waiting.exportsOf(owner);
  for (;;) {
    const turn = exportIds.least();
    if (!turn) return undefined;
    const stored = memory.exports.get(turn.member);
    if (stored && acceptsWork(stored)) {
      if (stored.ready.size === 0) fill(memory, stored);
      const first = stored.ready.least();
      if (first) {
        stored.ready.remove(first.member);
        exportIds.set(turn.member, turn.score + 1);
        return { stored, step: first.member };
      }
    }
    exportIds.remove(turn.member);
  }
}

export function memoryUpkeep(memory: Memory): Upkeep {
  const { waiting, limits, exports, now } = memory;

  /** The step, when it is in the window, its time has passed and nobody has claimed it in this round. */
  function silentStep({ exportId, step, round }: DispatchedStep): StoredExport | undefined {
    const until = waiting.window.score(memberOf(exportId, step));
    if (until === undefined || until > now()) return undefined;
    const stored = exports.get(exportId);
    const found = stored?.steps.get(step);
    return found?.state === 'waiting' && found.round === round ? stored : undefined;
  }

  return {
    async takeBack(steps) {
      let returned = 0;
      for (const { exportId, step, token, leaseEnds } of steps) {
        const stored = exports.get(exportId);
        const found = stored?.steps.get(step);
        if (!stored || !acceptsWork(stored) || found?.state !== 'running') continue;
        if (String(found.token) !== token || found.leaseEnds !== leaseEnds) continue;
        found.state = 'waiting';
        found.leaseEnds = 0;
        putBack(memory, stored, step);
        returned += 1;
      }
      return { returned };
    },
    async resolve({ lost, there }) {
      for (const reference of there) {
        const stored = silentStep(reference);
        if (stored) keepUntil(memory, stored, reference.step, now() + limits.deliveryMs);
      }
      let returned = 0;
      for (const reference of lost) {
        const stored = silentStep(reference);
        if (!stored) continue;
        putBack(memory, stored, reference.step);
        returned += 1;
      }
      return { returned };
    },
    // Nobody can remove a step or a member from the memory of a process.
    mend: async () => ({ steps: 0, lost: [] }),
  };
}

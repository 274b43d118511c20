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
        const { stored, step } = next;
        keepUntil(memory, stored, step, now() + limits.deliveryMs);
        tenants.set(turn.member, turn.score + 1);
        reached = turn.score;
        taken.push({ exportId: stored.record.id, step, round: stored.steps.get(step)?.round ?? 0 });
      }
      if (reached !== undefined) {
        for (const tenant of passed) tenants.set(tenant, Math.max(reached, tenants.score(tenant) ?? 0));
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

/** What failed and has waited long enough lines up again. */
function admitFailed(memory: Memory): void {
  for (const stored of memory.exports.values()) {
    for (const step of stored.failed.members(memory.now())) {
      stored.failed.remove(step);
      stored.ready.set(step, orderOf(step));
      lineUp(memory, stored);
    }
  }
}

/** The next export of a tenant and its first step. Those without any leave when their turn comes. */
function nextOf(memory: Memory, tenant: string): { stored: StoredExport; step: StepId } | undefined {
  const exportIds = memory.waiting.exportsOf(tenant);
  for (;;) {
    const turn = exportIds.least();
    if (!turn) {
      memory.waiting.tenants.remove(tenant);
      return undefined;
    }
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

  /** The step, when it is in the window, its time is over and nobody has claimed it in this round. */
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

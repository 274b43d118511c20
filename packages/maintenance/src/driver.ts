import type { Events } from '@millrace/observability';
import type { ActivationReason, BackgroundTask, TaskStatus } from './background-task.js';
import { UnknownTaskError } from './errors.js';
import { itemFailure } from './failed-item.js';
import type { LastActivation, TaskStates } from './task-states.js';

export interface DriverPorts {
  readonly states: TaskStates;
  readonly events: Pick<Events, 'taskActivated'>;
  /** Added to the clock of Redis, by which tasks go, in ms: tests look ahead. */
  readonly aheadMs?: number;
  /** Names this process in locks. */
  nonce(): string;
}

/** Activates background tasks: each at most once at a time, in this process and in all others. */
export interface Driver {
  /**
   * Runs a task now. A call while it runs in this process causes one more run, however many calls there are.
   * A call while it runs in another process does nothing. Resolves when the runs have ended; an error of the
   * task is recorded.
   *
   * @throws UnknownTaskError
   */
  activate(name: string, reason: ActivationReason): Promise<void>;
  /** Starts no more activations, and waits for the running ones, which end at their next item. */
  stop(): Promise<void>;
}

/** An activation ends after this long, and the next one goes on. */
const ACTIVATION_MS = 10_000;
/** Renewed while the activation goes on, so that a process that dies keeps the lock no longer than this. */
const LOCK_MS = 10_000;

export function createDriver(tasks: readonly BackgroundTask[], ports: DriverPorts): Driver {
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  const following = new Map<string, Promise<void>>();

  function start(task: BackgroundTask, reason: ActivationReason): Promise<void> {
    const run = runOnce(task, ports, reason, stopping.signal).finally(() => running.delete(task.name));
    running.set(task.name, run);
    return run;
  }

  return {
    async activate(name, reason) {
      const task = tasks.find((candidate) => candidate.name === name);
      if (!task)
        throw new UnknownTaskError(
          name,
          tasks.map((known) => known.name),
        );
      if (stopping.signal.aborted) return;
      const current = running.get(name);
      if (current === undefined) return start(task, reason);
      let next = following.get(name);
      if (next === undefined) {
        next = current
          .catch(() => undefined)
          .then(() => {
            following.delete(name);
            return stopping.signal.aborted ? undefined : start(task, reason);
          });
        following.set(name, next);
      }
      return next;
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled([...running.values(), ...following.values()]);
    },
  };
}

async function runOnce(
  task: BackgroundTask,
  { states, events, aheadMs = 0, nonce }: DriverPorts,
  reason: ActivationReason,
  stopping: AbortSignal,
): Promise<void> {
  const owner = nonce();
  const begun = await states.begin(task.name, { nonce: owner, reason, lockMs: LOCK_MS });
  if (begun === undefined) return;
  const status = task.newStatus();
  const startedAt = performance.now();
  const now = (): number => begun.startedAt + (performance.now() - startedAt) + aheadMs;
  const lost = new AbortController();
  const renewing = setInterval(() => {
    // While Redis is away nobody else takes the task either.
    void states.renew(task.name, owner, LOCK_MS).then(
      (isMine) => (isMine ? undefined : lost.abort()),
      () => undefined,
    );
  }, LOCK_MS / 3);
  let thrown: unknown;
  try {
    const halt = AbortSignal.any([stopping, lost.signal]);
    const signal = AbortSignal.any([halt, AbortSignal.timeout(ACTIVATION_MS)]);
    await task.activate({ now, signal, halt, cursor: cursorOf(begun.last) }, status);
  } catch (error) {
    thrown = error;
  } finally {
    clearInterval(renewing);
  }
  const elapsedMs = Math.round(performance.now() - startedAt);
  const last: LastActivation = {
    iteration: begun.iteration,
    startedAt: begun.startedAt,
    elapsedMs,
    reason,
    details: { ...status },
    ...(thrown === undefined ? {} : { error: thrown instanceof Error ? thrown.message : 'unknown' }),
  };
  events.taskActivated({
    task: task.name,
    reason,
    iteration: begun.iteration,
    elapsedMs,
    level: levelOf(task, status),
    details: last.details,
    failedItems: status.errors.length,
    hasFailed: thrown !== undefined,
    ...withError(thrown ?? itemFailure(status)),
  });
  await states.finish(task.name, owner, last);
}

function withError(err: unknown): { err?: unknown } {
  return err === undefined ? {} : { err };
}

function levelOf(task: BackgroundTask, status: TaskStatus): 'debug' | 'info' | 'warn' {
  return status.errors.length > 0 ? 'warn' : task.level(status);
}

function cursorOf(last: LastActivation | undefined): string | undefined {
  const cursor = last?.details['cursor'];
  return typeof cursor === 'string' ? cursor : undefined;
}

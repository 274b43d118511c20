import { redisOutageReason, storeOutageReason } from '@millrace/observability';
import type { TaskStatus } from './background-task.js';

/** The failures of an activation: how many items failed, and the most telling error. */
const failures = new WeakMap<TaskStatus, { count: number; error: unknown }>();

/** Notes that an item failed: which one, and why. */
export function failItem(status: TaskStatus, item: string, error: unknown): void {
  status.errors.push(`${item}: ${error instanceof Error ? error.message : String(error)}`);
  const before = failures.get(status);
  failures.set(status, {
    count: (before?.count ?? 0) + 1,
    error: before === undefined || isOutage(before.error) ? error : before.error,
  });
}

/**
 * One error by which items of an activation failed: an outage only where all of them failed by one. Undefined when
 * something else was found wrong.
 */
export function itemFailure(status: TaskStatus): unknown {
  const noted = failures.get(status);
  return noted?.count === status.errors.length ? noted.error : undefined;
}

function isOutage(error: unknown): boolean {
  return (redisOutageReason(error) ?? storeOutageReason(error)) !== undefined;
}

import { TaskLimitError } from './errors.js';

/** @throws TaskLimitError unless a limit is a whole number of 1 or more */
export function checkLimit(task: string, option: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) throw new TaskLimitError(task, option, value);
}

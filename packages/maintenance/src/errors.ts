/** Somebody asked for a task that there is not. */
export class UnknownTaskError extends Error {
  override readonly name = 'UnknownTaskError';
  readonly task: string;

  constructor(task: string, known: readonly string[]) {
    super(`there is no background task "${task}", only ${known.join(', ')}`);
    this.task = task;
  }
}

/** A task was given a limit that it cannot work with. */
export class TaskLimitError extends Error {
  override readonly name = 'TaskLimitError';

  constructor(task: string, option: string, value: number) {
    super(`${option} of the background task ${task} is ${value}, expected a whole number of 1 or more`);
  }
}

/** The limits of running and waiting work are reached. The caller may ask again later. */
export class BusyError extends Error {
  override readonly name = 'BusyError';

  constructor() {
    super('all threads are busy, and the queue for them is full; ask again later');
  }
}

/** A task was ended with its thread, because it took too long. */
export class ThreadOverdueError extends Error {
  override readonly name = 'ThreadOverdueError';
  readonly limitMs: number;
  /** The last progress that the task reported; undefined if it reported none. */
  readonly at: number | undefined;

  constructor(limitMs: number, at: number | undefined) {
    super(`took longer than ${limitMs} ms`);
    this.limitMs = limitMs;
    this.at = at;
  }
}

/** A thread ended in the middle of a task: it took more memory than it may, or is faulty. */
export class ThreadCrashedError extends Error {
  override readonly name = 'ThreadCrashedError';
  /** True when the heap was too small for the task. */
  readonly outOfMemory: boolean;
  readonly at: number | undefined;

  constructor(outOfMemory: boolean, at: number | undefined, options?: ErrorOptions) {
    super(outOfMemory ? 'needed more memory than a thread may have' : 'ended its thread', options);
    this.outOfMemory = outOfMemory;
    this.at = at;
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { Worker, type Processor, type WorkerOptions } from 'bullmq';
import { pacedBackend } from './paced-backend.js';

const FORCE_MS = 1_000;

/** A BullMQ worker that bears outages of Redis: it asks with growing pauses, and also ends while Redis is away. */
export class Receiver extends Worker {
  readonly #leaving: AbortController;

  constructor(name: string, processor: Processor, options: WorkerOptions) {
    const leaving = new AbortController();
    super(name, processor, options, pacedBackend(leaving.signal));
    this.#leaving = leaving;
  }

  override async close(force = false): Promise<void> {
    this.#leaving.abort();
    return super.close(force);
  }

  /**
   * Takes no more messages and waits for running ones, for at most `withinMs`. Returns whether they ended.
   */
  async closeWithin(withinMs: number): Promise<boolean> {
    return endsWithin(this.close(), withinMs);
  }

  /** Leaves at once. While Redis is away BullMQ's own closing does not end, whether by force or not. */
  async closeNow(): Promise<void> {
    if (await endsWithin(this.close(true), FORCE_MS)) return;
    // These would keep the process alive.
    await this.lockManager.close();
    await this.pause(true);
  }
}

async function endsWithin(work: Promise<void>, ms: number): Promise<boolean> {
  const stop = new AbortController();
  try {
    return await Promise.race([work.then(() => true), delay(ms, false, { signal: stop.signal })]);
  } finally {
    stop.abort();
  }
}

import * as z from 'zod';

/**
 * By what a repeated kick-off is known: SHA-256 of its idempotency key and of its request, in hexadecimal. Stores hold no
 * text of a client.
 */
export const idempotencySchema = z.object({ key: z.string(), request: z.string() });
export type Idempotency = z.infer<typeof idempotencySchema>;

/** Whether idempotency keys that nobody holds are free: Redis may have lost the exports that hold them. */
export interface KeyTrust {
  /** Names the present run of the Redis server: the time in which it loses nothing. */
  serverRun(): Promise<string>;
  /**
   * To be called once all exports of the object store were put back, with the run in which that began. From then on keys that
   * nobody holds are free. `over` when Redis may have lost something since.
   */
  trustKeys(serverRun: string): Promise<'trusted' | 'over'>;
}

/** The export that an owner started with an idempotency key, while clients may see it or a kick-off is making it. */
export interface KeyHolder {
  readonly id: string;
  /** As in `Idempotency`. */
  readonly request: string;
  /** A client has not been told of it yet. */
  readonly isPreparing: boolean;
  /** Since its kick-off, in ms. */
  readonly ageMs: number;
}

import type { StepRef } from '@millrace/export';
import { DelayedError, UnrecoverableError, WaitingError, type Job } from 'bullmq';
import * as z from 'zod';
import { DeliveryFailedError, MalformedMessageError } from './errors.js';
import { messageSchema } from './message.js';

/** The fate of a message after its step was processed. */
export type Disposition =
  | { readonly kind: 'done' }
  /** Deliver the message again after `ms`. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Deliver the message to another worker at once. */
  | { readonly kind: 'handback' };

/** The facts about one delivery of a message. */
export interface Delivery {
  /** Since the message was added, in ms by the clocks of the two machines. */
  readonly ageMs: number;
  /** Aborted when the queue has given the message to somebody else, or may have. */
  readonly lost: AbortSignal;
}

export type ProcessStep = (step: StepRef, delivery: Delivery) => Promise<Disposition | Abandon>;

/** Leave the message to its lock: it is delivered again when that has ended. */
export type Abandon = { readonly kind: 'abandon' };

/**
 * The function that BullMQ calls. It must declare exactly these three parameters: BullMQ makes no signal for a
 * function whose `length` is less.
 *
 * `DelayedError` and `WaitingError` tell BullMQ that the message has been moved; no attempt is spent.
 *
 * @param onError told of what `process` threw. BullMQ stores the messages of errors where dashboards show them, so
 *   it gets the name only.
 */
export function stepProcessor(process: ProcessStep, onError: (error: Error) => void) {
  return async (job: Job, token: string | undefined, signal: AbortSignal | undefined): Promise<void> => {
    const step = stepOf(job);
    const disposition = await process(step, {
      ageMs: Math.max(0, Date.now() - job.timestamp),
      lost: signal ?? new AbortController().signal,
    }).catch((cause: unknown) => {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      onError(error);
      throw new DeliveryFailedError(error.name);
    });
    switch (disposition.kind) {
      case 'done':
        return;
      case 'delay':
        await job.moveToDelayed(Date.now() + Math.ceil(disposition.ms), token);
        throw new DelayedError();
      case 'handback':
        await job.moveToWait(token);
        throw new WaitingError();
      case 'abandon':
        throw new WaitingError();
      default:
        disposition satisfies never;
    }
  };
}

/** A message that cannot be read is not tried again: BullMQ looks for `UnrecoverableError`. */
function stepOf(job: Job): StepRef {
  const message = messageSchema.safeParse(job.data);
  if (message.success) return message.data;
  const malformed = new MalformedMessageError(job.id ?? '', z.prettifyError(message.error));
  throw new UnrecoverableError(malformed.message);
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

/** Wait before a message whose processing threw is delivered again: doubled each time, up to half a minute. */
export function retryDelayMs(attemptsMade: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attemptsMade - 1, 16));
}

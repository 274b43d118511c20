import { isStepId, type StepId, type StepRef } from '@millrace/export';
import * as z from 'zod';

/** Name of the queue of export steps. Its keys are `{millrace}:export:…`, which scalers read. */
export const EXPORT_QUEUE = 'export';

/** Prefix of all keys, with a hash tag, so that they are in one slot of a cluster. */
export const QUEUE_PREFIX = '{millrace}';

/** Messages carry ids only; more than this in one is a mistake. */
export const MAX_MESSAGE_BYTES = 512;

/** A message: a hint that there may be work at a step. */
export const messageSchema = z.object({
  exportId: z.string().min(1).max(128),
  step: z.custom<StepId>((value) => typeof value === 'string' && isStepId(value), 'must be a step'),
});

/**
 * Id of a message: while one of this id is there, adding it again does nothing.
 *
 * @param round distinguishes deliveries that must not be taken for each other, 0 at first
 */
export function messageId({ exportId, step }: StepRef, round: number): string {
  return `${exportId}.${step}.${round}`;
}

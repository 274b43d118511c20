/** The queue did not answer in time, or Redis is not connected. The operation may be repeated. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
  readonly operation: string;

  constructor(operation: string, problem: string, options?: ErrorOptions) {
    super(`The queue could not ${operation}: ${problem}.`, options);
    this.operation = operation;
  }
}

/** A message that no version of this service writes. It is kept among the failed ones and not tried again. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
  readonly messageId: string;

  constructor(messageId: string, problem: string) {
    super(`Message ${messageId} is malformed: ${problem}`);
    this.messageId = messageId;
  }
}

/** Processing a step threw an error, which is in the worker's log. The message is delivered again. */
export class DeliveryFailedError extends Error {
  override readonly name = 'DeliveryFailedError';
  /** Name of the error that was thrown. */
  readonly thrown: string;

  constructor(thrown: string) {
    super(`Processing threw ${thrown}.`);
    this.thrown = thrown;
  }
}

/** A message is not with this process any more: it was frozen, or Redis was away, for longer than the lock holds. */
export class DeliveryLostError extends Error {
  override readonly name = 'DeliveryLostError';
}

/** Words of BullMQ, which has no class for it. They name the message by its id. */
const LOST =
  /^(could not renew lock for job|Missing (key|lock) for job|Lock mismatch for job|Job \S+ is not in) /;

/** Gives the loss of a message a name, so that logs can tell it; every other error is returned as it is. */
export function nameLostDelivery(error: Error): Error {
  if (!LOST.test(error.message)) return error;
  return new DeliveryLostError(`A message is not with this process any more: ${error.message}`, {
    cause: error,
  });
}

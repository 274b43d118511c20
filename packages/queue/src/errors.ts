/** The queue did not answer in time, or Redis is not connected. What was asked may be repeated. */
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

/** Processing a step threw; what it threw is in the worker's log. The message is delivered again. */
export class DeliveryFailedError extends Error {
  override readonly name = 'DeliveryFailedError';
  /** Name of the error that was thrown. */
  readonly thrown: string;

  constructor(thrown: string) {
    super(`Processing threw ${thrown}.`);
    this.thrown = thrown;
  }
}

/** A thread ended while it had a pass to run. */
export class ThreadEndedError extends Error {
  override readonly name = 'ThreadEndedError';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`the thread ended with code ${exitCode}; expected the result of its pass`);
    this.exitCode = exitCode;
  }
}

/** The generator makes hardly anything that engines accept. */
export class AllRefusedError extends Error {
  override readonly name = 'AllRefusedError';
  readonly refusals: number;

  constructor(refusals: number) {
    super(`all of ${refusals} generated passes were refused; expected one that is accepted`);
    this.refusals = refusals;
  }
}

/** An expression needs something that the IR does not have; fhirpath.js evaluates it instead. */
export class OutsideIr extends Error {
  override readonly name = 'OutsideIr';

  /** The function or operator without a form in the IR, as a noun: `matches()`. */
  readonly what: string;

  constructor(what: string) {
    super(`The IR does not cover ${what}`);
    this.what = what;
  }
}

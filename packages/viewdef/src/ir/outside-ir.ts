/** An expression needs something that the IR does not have; fhirpath.js evaluates it instead. */
export class OutsideIr extends Error {
  override readonly name = 'OutsideIr';

  constructor(what: string) {
    super(`The IR does not cover ${what}`);
  }
}

/** A view needs something that the scan does not have; another engine evaluates it. */
export class Declined extends Error {
  override readonly name = 'Declined';

  constructor(what: string) {
    super(`the scan does not cover ${what}`);
  }
}

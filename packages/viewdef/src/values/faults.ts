/**
 * A value breaks a rule while a path is evaluated. `at` is the number of the path in the view; the compiled
 * view turns the fault into a `ViewEvaluationError` that names the path and the resource.
 */
export class PathFault extends Error {
  override readonly name = 'PathFault';
  readonly at: number;
  readonly reason: string;

  constructor(at: number, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.at = at;
    this.reason = reason;
  }
}

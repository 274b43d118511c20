/** The reason why the scan does not take a view; another engine evaluates it. */
export interface Decline {
  /** Position of the view in the pass. */
  readonly view: number;
  /** The expression; undefined when it is the view as a whole. */
  readonly expression: { readonly element: string; readonly path: string } | undefined;
  /** A clause: `only fhirpath.js has matches()`. */
  readonly reason: string;
}

/** One sentence with the reason why a view is declined. */
export function describeDecline({ expression, reason }: Decline): string {
  return expression === undefined ? reason : `${expression.element} "${expression.path}": ${reason}`;
}

/** A view or a pass needs something that the scan does not have. */
export class Declined extends Error {
  override readonly name = 'Declined';
}

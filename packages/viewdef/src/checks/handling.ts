import type { ViewIssue } from '../errors.js';

/** How a request wants a view to be taken that could run, but that cannot be meant as it is written. */
export type Handling = 'strict' | 'lenient';

/**
 * Whether an issue refuses its view; else it is a warning.
 *
 * @param handling undefined for a view that was accepted before: a check binds when it is made
 */
export function isRefused({ kind }: ViewIssue, handling: Handling | undefined): boolean {
  switch (kind) {
    // Some value fits, so nobody can say that it was not meant.
    case 'doubt':
      return false;
    case 'element':
    case 'type':
      return handling === 'strict';
    // A date that cannot be compares with nothing.
    case 'moment':
      return handling !== undefined;
    default:
      return true;
  }
}

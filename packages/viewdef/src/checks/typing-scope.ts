import type { Constants } from '../definition/constants.js';
import type { FhirModel } from '../model/fhir-model.js';
import type { Possible } from '../model/kinds.js';
import type { Syntax } from '../syntax/syntax.js';
import type { Report } from './finding.js';

/** The meaning of names at one place of an expression, and the receiver of findings. */
export interface TypingScope {
  /** `$this`. */
  readonly self: Possible;
  /** `%context`: the item that the whole path is applied to. */
  readonly context: Possible;
  readonly resource: Possible;
  /** True at the top of a path, false in the argument of `where` and the like. */
  readonly isTop: boolean;
  /** A word alone behind a comparison, where text may have been meant. */
  readonly isCompared: boolean;
  /** In a path of `repeat`, which looks for elements that may be missing. */
  readonly isWalk: boolean;
  /** Within the argument of `repeat()`, which is typed more than once. */
  readonly isRepeated: boolean;
  readonly constants: Constants;
  readonly model: FhirModel;
  readonly report: Report;
}

/** The kinds that an expression may yield. A fault on the way is reported and counts as `any`. */
export type Typing = (syntax: Syntax, scope: TypingScope) => Possible;

/** The scope of an argument that is evaluated for each item. */
export function within(input: Possible, scope: TypingScope): TypingScope {
  return { ...scope, self: input, isTop: false };
}

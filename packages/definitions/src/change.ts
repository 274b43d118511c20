import type { CheckedDefinition } from './check-definition.js';
import type { DefinitionType } from './definition-type.js';
import type { Criterion } from './search.js';
import type { StoredVersion } from './stored-version.js';

/** One change that a request asks for: https://hl7.org/fhir/R4/http.html */
export type Change =
  | {
      readonly kind: 'create';
      readonly given: CheckedDefinition;
      /** Nothing is created where one matches. */
      readonly ifNoneExist?: readonly Criterion[];
    }
  | {
      readonly kind: 'update';
      /** Or the criteria that it matches. */
      readonly at: { readonly id: string } | { readonly where: readonly Criterion[] };
      readonly given: CheckedDefinition;
      /** Version that must be the latest one. */
      readonly ifMatch?: string;
    }
  | {
      readonly kind: 'delete';
      readonly type: DefinitionType;
      readonly id: string;
      readonly ifMatch?: string;
    };

/**
 * - `found`: a condition says that there is one already, and nothing was stored.
 * - `absent`: there was nothing to delete.
 */
export type ChangeOutcome = 'created' | 'updated' | 'deleted' | 'found' | 'absent';

/** A change that is about to be made, against the versions that were the latest ones. */
export interface PlannedChange {
  readonly outcome: ChangeOutcome;
  readonly type: DefinitionType;
  readonly id: string;
  /** The latest version before it. */
  readonly latest: StoredVersion | undefined;
  /** The version to be stored; undefined where there is nothing to store. */
  readonly next: { readonly version: number; readonly given: CheckedDefinition | undefined } | undefined;
}

export function typeOfChange(change: Change): DefinitionType {
  return change.kind === 'delete' ? change.type : change.given.type;
}

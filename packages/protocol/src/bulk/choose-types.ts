import type { Notice } from '@millrace/export';
import { patientLinkOf, r4Types } from '@millrace/fhir';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import type { BulkLevel } from '../operations/operation.js';
import type { ListItem } from './list-of.js';
import { passable, type Passable } from './passable.js';

export interface ChosenTypes {
  /** In order; at least one unless there are faults. */
  readonly types: readonly string[];
  /** Types whose deletions belong to the export: the source may have none of their resources any more. */
  readonly deletedTypes: readonly string[];
  readonly faults: readonly Fault[];
  readonly passable: readonly Passable[];
  readonly notices: readonly Notice[];
  /** Types that were asked for and that an export of this level does not have. */
  readonly leftOut: readonly Passable[];
}

/** A source without files has nothing to export, and an export has a subject all the same. */
const OF_AN_EMPTY_SOURCE = 'Patient';

/** Which types an export may have: `blocks` are of patients, at any level. */
export type TypeScope = BulkLevel | 'blocks';

/**
 * A group of many patients would be in the blocks of all of them, so that the output would grow with the square of their
 * number. It is in blocks where a client asks for it.
 */
const IN_BLOCKS_IF_ASKED = 'Group';

/**
 * The types of an export: those that were asked for, or all that the source has; in exports of patients and groups, and in blocks,
 * only those that are in the compartments of patients. A type that the source has no file of is exported as nothing.
 *
 * @param isType whether FHIR has a type of that name
 */
export function chooseTypes(
  asked: readonly ListItem[] | undefined,
  scope: TypeScope,
  inSource: readonly string[],
  isType: (name: string) => boolean,
): ChosenTypes {
  const isInScope = (type: string): boolean => scope === 'system' || patientLinkOf(type) !== undefined;
  if (asked === undefined) {
    const isLeftOut = (type: string): boolean => scope === 'blocks' && type === IN_BLOCKS_IF_ASKED;
    const types = inSource.filter((type) => isInScope(type) && !isLeftOut(type));
    const deletedTypes = [...new Set([...types, ...r4Types().filter(isInScope)])];
    return { ...chosen(types.length === 0 ? [OF_AN_EMPTY_SOURCE] : types), deletedTypes };
  }
  const unknown = asked
    .filter(({ value }) => !isType(value))
    .map((item) => passable('_type', unknownType(item)));
  const known = asked.filter(({ value }) => isType(value));
  const types = [...new Set(known.map(({ value }) => value).filter(isInScope))];
  const outside = known.filter(({ value }) => !isInScope(value)).map((item) => outOfScope(item, scope));
  if (types.length === 0)
    return { ...chosen([]), faults: [...unknown.map(({ fault }) => fault), ...outside, ...noneFault(asked)] };
  return {
    types,
    deletedTypes: types,
    faults: [],
    passable: unknown,
    leftOut: outside.map((fault) => passable('_type', fault)),
    notices: types.filter((type) => !inSource.includes(type)).map(noInput),
  };
}

function chosen(types: readonly string[]): ChosenTypes {
  return { types, deletedTypes: types, faults: [], passable: [], leftOut: [], notices: [] };
}

function unknownType({ value, expression }: ListItem): Fault {
  const diagnostics = `_type ${quote(value)} is not a resource type of FHIR`;
  return { status: 400, code: 'not-supported', diagnostics, expression };
}

function outOfScope({ value, expression }: ListItem, scope: TypeScope): Fault {
  const where =
    scope === 'blocks' ? 'output that is organized by patients' : `an export of the level ${scope}`;
  const diagnostics = `${value} is in no compartment of a patient, so that ${where} has none`;
  return { status: 400, code: 'not-supported', diagnostics, expression };
}

function noneFault(asked: readonly ListItem[]): readonly Fault[] {
  if (asked.length > 0) return [];
  return [{ status: 400, code: 'value', diagnostics: '_type names no type', expression: '_type' }];
}

function noInput(type: string): Notice {
  return { kind: 'no-rows', expression: '_type', diagnostics: `no input holds ${type}`, count: 1 };
}

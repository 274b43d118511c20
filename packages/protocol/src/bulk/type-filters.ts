import { searchPredicates, type SearchPredicates } from '@millrace/search';
import type { Fault } from '../errors/fault.js';
import type { BulkExport } from '../operations/operation.js';
import type { ReadParameter } from '../parameters/read-parameters.js';
import type { ListItem } from './list-of.js';
import { passable, type Passable } from './passable.js';

/** More are refused: all of them are read before the answer, compiled for each type, and looked at for each resource. */
const MOST = { filters: 200, characters: 10_000, criteria: 1_000, values: 5_000, predicates: 100 } as const;

/**
 * A fault if the searches of a request are more, or have more in them, than an export takes. They are counted, and not read.
 *
 * @returns no fault, or one
 */
export function tooManySearches(parameters: readonly ReadParameter[]): readonly Fault[] {
  const texts = parameters
    .filter(({ name }) => name === '_typeFilter')
    .map(({ value }) => (value?.type === 'string' ? value.value : ''));
  // Each criterion has one value more than commas, which a URL may have escaped.
  const criteria = sumOver(texts, /\?|&/g);
  const values = criteria + sumOver(texts, /,|%2c/gi);
  const diagnostics =
    criteria > MOST.criteria
      ? `_typeFilter has ${criteria} criteria; one export takes at most ${MOST.criteria}`
      : values > MOST.values
        ? `_typeFilter has ${values} values; one export takes at most ${MOST.values}`
        : undefined;
  return diagnostics === undefined ? [] : [tooCostly(diagnostics)];
}

function sumOver(texts: readonly string[], sign: RegExp): number {
  return texts.reduce((sum, text) => sum + [...text.matchAll(sign)].length, 0);
}

/**
 * The searches of a request. In version 3 a text may hold several: a comma that a type and a question mark follow is no
 * part of a value.
 *
 * @returns undefined when the request has none
 */
export function typeFiltersOf(
  parameters: readonly ReadParameter[],
  version: BulkExport['version'],
): readonly ListItem[] | undefined {
  const given = parameters.filter(({ name }) => name === '_typeFilter');
  if (given.length === 0) return undefined;
  return given.flatMap(({ value, expression }) => {
    const text = value?.type === 'string' ? value.value : '';
    const texts = version === 3 ? text.split(/,(?=[A-Z][A-Za-z]*\?)/) : [text];
    return texts.map((one) => ({ value: one, expression }));
  });
}

export interface TypeFilters {
  /** Predicates in FHIRPath, of which one must be true; undefined for all resources of the type. */
  readonly ofType: (resourceType: string) => readonly string[] | undefined;
  readonly faults: readonly Fault[];
  readonly passable: readonly Passable[];
}

/**
 * The resources that the searches of a request leave of each type. Where a criterion is passed over, more is left than was asked for, and
 * never less.
 *
 * @param types that are exported
 */
export function readTypeFilters(
  asked: readonly ListItem[] | undefined,
  types: readonly string[],
): TypeFilters {
  const none = { ofType: () => undefined, faults: [], passable: [] };
  if (asked === undefined) return none;
  const tooMuch = excessOf(asked);
  if (tooMuch !== undefined) return { ...none, faults: [tooMuch] };
  const read = asked.map((item) => ({ item, search: searchPredicates(item.value) }));
  const byType = new Map<string, SearchPredicates[]>();
  for (const { search } of read) {
    if (search === undefined) continue;
    const ofType = byType.get(search.resourceType) ?? [];
    byType.set(search.resourceType, ofType);
    ofType.push(search);
  }
  return {
    ofType(resourceType) {
      const searches = byType.get(resourceType);
      const isWhole = searches?.some(({ predicates }) => predicates === undefined) ?? true;
      return isWhole ? undefined : searches?.flatMap(({ predicates = [] }) => predicates);
    },
    faults: [...byType].flatMap(([type, searches]) => tooManyPredicates(type, searches)),
    passable: read.flatMap(({ item, search }) => faultsOf(item, search, types)),
  };
}

function faultsOf(
  { expression }: ListItem,
  search: SearchPredicates | undefined,
  types: readonly string[],
): readonly Passable[] {
  const at = (diagnostics: string): Passable =>
    passable('_typeFilter', { status: 400, code: 'not-supported', diagnostics, expression });
  if (search === undefined)
    return [at(`${expression} is no search of one type of R4; expected one such as Observation?code=8867-4`)];
  const { resourceType, refused } = search;
  if (!types.includes(resourceType))
    return [at(`${expression} is about ${resourceType}, which the request does not export`)];
  return refused.map(({ why }) => at(`${expression}: ${why}`));
}

function excessOf(asked: readonly ListItem[]): Fault | undefined {
  const longest = asked.reduce((most, { value }) => Math.max(most, value.length), 0);
  const diagnostics =
    asked.length > MOST.filters
      ? `_typeFilter has ${asked.length} searches; one export takes at most ${MOST.filters}`
      : longest > MOST.characters
        ? `a search of _typeFilter has ${longest} characters; one takes at most ${MOST.characters}`
        : undefined;
  return diagnostics === undefined ? undefined : tooCostly(diagnostics);
}

function tooManyPredicates(type: string, searches: readonly SearchPredicates[]): readonly Fault[] {
  const count = searches.reduce((sum, { predicates = [] }) => sum + predicates.length, 0);
  if (count <= MOST.predicates) return [];
  return [tooCostly(`the searches of ${type} have too many values; use fewer values or several exports`)];
}

function tooCostly(diagnostics: string): Fault {
  return { status: 400, code: 'too-costly', diagnostics, expression: '_typeFilter' };
}

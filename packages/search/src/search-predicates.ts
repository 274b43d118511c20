import { bracketsIn, criterionGroups } from './criterion-groups.js';
import { readSearch, type Criterion } from './read-search.js';
import { RESULT_PARAMETERS } from './refused-parameters.js';
import { searchParameters } from './search-parameter.js';

/** A search that could be read. */
export interface SearchPredicates {
  readonly resourceType: string;
  /** In FHIRPath: a resource is found if one of them is true. Undefined when every resource is found. */
  readonly predicates: readonly string[] | undefined;
  /** Criteria that the predicates leave out, so that they find more than the search. */
  readonly refused: readonly RefusedCriterion[];
}

export interface RefusedCriterion {
  /** Name and modifier as they were written, without the value. */
  readonly criterion: string;
  /** A sentence without its end. */
  readonly why: string;
}

/** Paths of views may be longer; the rest is room for what is put around them. */
const MOST_CHARACTERS = 1_800;
const MOST_BRACKETS = 90;
const MOST_PREDICATES = 100;

/**
 * Translates a FHIR search of R4, as `Observation?code=http://loinc.org|8867-4&date=ge2020`. Alternatives that do not fit into
 * one path make several predicates.
 *
 * @returns undefined when the text is no search of a type of R4
 */
export function searchPredicates(text: string): SearchPredicates | undefined {
  const search = readSearch(text);
  const parameters = search && searchParameters(search.resourceType);
  if (search === undefined || parameters === undefined) return undefined;
  const { resourceType } = search;
  const refused: RefusedCriterion[] = [];
  let predicates: readonly string[] = [''];
  for (const criterion of search.criteria) {
    const parameter = parameters.get(criterion.name);
    const groups =
      parameter === undefined
        ? { fault: unknownParameter(criterion, resourceType, parameters.keys()) }
        : criterionGroups(criterion, parameter);
    const next = 'fault' in groups ? groups : joined(predicates, groups);
    if ('fault' in next) {
      const why = `${criterion.written} ${next.fault}`;
      refused.push({ criterion: criterion.written, why });
    } else predicates = next.predicates;
  }
  return { resourceType, predicates: predicates[0] === '' ? undefined : predicates, refused };
}

type Joined = { readonly predicates: readonly string[] } | { readonly fault: string };

/** Each predicate and each of the groups of one more criterion. */
function joined(
  predicates: readonly string[],
  { groups, isNegated }: { readonly groups: readonly string[]; readonly isNegated: boolean },
): Joined {
  const parts = isNegated
    ? [groups.map((group) => `(${group}).not()`).join(' and ')]
    : packed(groups).map((group) => (group.includes(' or ') ? `(${group})` : group));
  const tooMany = { fault: 'has more values, with the other criteria, than can be searched for at once' };
  if (predicates.length * parts.length > MOST_PREDICATES) return tooMany;
  const all = predicates.flatMap((predicate) =>
    parts.map((part) => (predicate === '' ? part : `${predicate} and ${part}`)),
  );
  const fits = all.every((one) => one.length <= MOST_CHARACTERS && bracketsIn(one) <= MOST_BRACKETS);
  return fits ? { predicates: all } : tooMany;
}

/** Small groups together, so that a criterion of several elements is one predicate. */
function packed(groups: readonly string[]): readonly string[] {
  const together = groups.join(' or ');
  return together.length <= MOST_CHARACTERS / 3 && bracketsIn(together) <= MOST_BRACKETS / 3
    ? [together]
    : groups;
}

function unknownParameter({ name }: Criterion, resourceType: string, known: Iterable<string>): string {
  if (name.includes('.') || name === '_has') return 'is not supported: it looks into other resources';
  if (RESULT_PARAMETERS.includes(name)) return 'is no criterion: it says how results are returned';
  return `is not a search parameter of ${resourceType}; expected one of ${[...known].join(', ')}`;
}

import { isR4Type } from '@millrace/fhir';
import { MODIFIERS, elementCondition, elementPath } from './element-condition.js';
import type { Criterion } from './read-search.js';
import type { SearchParameter, SearchTarget } from './search-parameter.js';
import { isBoolean } from './token.js';

/**
 * A criterion as expressions of which one must be true, or with `not` none. Each holds as many values as a path of a view
 * may have; or why there are none, as the end of a sentence about the criterion.
 */
export type CriterionGroups =
  | { readonly groups: readonly string[]; readonly isNegated: boolean }
  | { readonly fault: string };

/** Characters and brackets of a group, so that a few of them are less than a path may have. */
const GROUP_LENGTH = 600;
const GROUP_BRACKETS = 30;

type Searched = Extract<SearchParameter, { type: unknown }>;

export function criterionGroups(criterion: Criterion, parameter: SearchParameter): CriterionGroups {
  const { modifier, values } = criterion;
  if ('refused' in parameter) return { fault: `is not supported: ${parameter.refused}` };
  if (modifier === 'missing') return missing(parameter, values);
  const isKnown =
    modifier === undefined ||
    MODIFIERS[parameter.type].includes(modifier) ||
    (parameter.type === 'reference' && isR4Type(modifier));
  if (!isKnown) {
    const known = ['missing', ...MODIFIERS[parameter.type]].join(', ');
    return { fault: `has a modifier that is not supported; expected none or one of ${known}` };
  }
  const groups: string[] = [];
  for (const target of parameter.targets) {
    const ofTarget = targetGroups(criterion, parameter, target);
    if ('fault' in ofTarget) return ofTarget;
    for (const group of ofTarget.groups) groups.push(group);
  }
  return { groups, isNegated: modifier === 'not' };
}

function missing({ targets }: Searched, values: readonly string[]): CriterionGroups {
  const [value, ...others] = values;
  if (others.length > 0 || (value !== 'true' && value !== 'false')) return { fault: 'must be true or false' };
  const exists = targets.map(({ path }) => `${path}.exists()`).join(' or ');
  return { groups: [exists], isNegated: value === 'true' };
}

function targetGroups(
  { modifier, values }: Criterion,
  { type }: Searched,
  target: SearchTarget,
): { readonly groups: readonly string[] } | { readonly fault: string } {
  if (target.element === 'dateTime|boolean') return dateOrTrue(target.path, values);
  const conditions: string[] = [];
  for (const value of values) {
    const made = elementCondition(type, target, modifier === 'not' ? undefined : modifier, value);
    // The value may be about a person, so it is not repeated.
    if ('fault' in made) return { fault: `has a value that ${made.fault}` };
    conditions.push(made.condition);
  }
  const path = elementPath(target, modifier);
  return { groups: inGroups(conditions).map((group) => `${path}.where(${group}).exists()`) };
}

/** A choice that is true also if it is a date, and false if it is not there: whether somebody is deceased. */
function dateOrTrue(
  path: string,
  values: readonly string[],
): { readonly groups: readonly string[] } | { readonly fault: string } {
  if (!values.every(isBoolean)) return { fault: 'has a value that is neither true nor false' };
  const isTrue = `${path}.ofType(dateTime).exists() or ${path}.ofType(boolean).where($this = true).exists()`;
  return { groups: values.map((value) => (value === 'true' ? isTrue : `(${isTrue}).not()`)) };
}

/** Conditions joined by `or`, as many in one text as a group may have. */
function inGroups(conditions: readonly string[]): readonly string[] {
  const groups: string[] = [];
  for (const one of conditions) {
    const last = groups.at(-1);
    const joined = last === undefined ? one : `${last} or ${one}`;
    const fits = joined.length <= GROUP_LENGTH && bracketsIn(joined) <= GROUP_BRACKETS;
    if (last !== undefined && fits) groups[groups.length - 1] = joined;
    else groups.push(one);
  }
  return groups;
}

export function bracketsIn(text: string): number {
  return text.split('(').length - 1;
}

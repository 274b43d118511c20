import { readDateTime } from '@millrace/fhir';
import { quote, refuse } from '../errors/errors.js';
import type { ProtocolError } from '../errors/errors.js';
import { choosesRepresentation } from '../http/representation.js';
import type { StoredType } from './interactions.js';
import { searchParametersOf } from './search-parameters.js';
import type { ParameterName, SearchParameter } from './search-parameters.js';

/** One parameter of a search: any of its values may match, and all criteria must. */
export interface Criterion {
  readonly parameter: ParameterName;
  readonly modifier?: 'exact' | 'missing' | 'not';
  /** Those of tokens are as they were sent: `|` divides system and code, and `\|` is a character. */
  readonly values: string[];
}

/** A page of a search. */
export interface DefinitionSearch {
  readonly criteria: Criterion[];
  /** Most definitions of the page; 0 asks for their number only. */
  readonly count: number;
  /** Id of the last definition of the page before. */
  readonly after?: string;
}

const PAGE = 1000;
/** The behaviour of a search in place of parameters about its results: https://hl7.org/fhir/R4/search.html#return */
const RESULT_PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['_sort', 'definitions come in the order of their ids'],
  ['_elements', 'definitions are told whole'],
  ['_include', 'a search finds definitions of one type; others are found by another search'],
  ['_revinclude', 'a search finds definitions of one type; others are found by another search'],
  ['_total', 'every page has the total'],
]);
/** As much as any search needs: the costs of a search grow with it. */
const MOST_VALUES = 500;
const MOST_CHARACTERS = 8_000;

const MODIFIERS: Readonly<Record<SearchParameter['type'], readonly string[]>> = {
  string: ['exact', 'missing'],
  token: ['not', 'missing'],
  uri: ['missing'],
  date: [],
};

/**
 * The query of a URL as a search. An unknown parameter is refused: passing over it would find
 * definitions that were not asked for.
 *
 * @param query with or without its question mark
 * @see https://hl7.org/fhir/R4/search.html
 * @throws ProtocolError 400
 */
export function readDefinitionQuery(type: StoredType, query: string): DefinitionSearch {
  const criteria: [string, string][] = [];
  let page: Omit<DefinitionSearch, 'criteria'> = { count: PAGE };
  for (const [name, value] of pairsOf(query)) {
    if (choosesRepresentation(name, value)) continue;
    switch (name) {
      case '_count':
        page = { ...page, count: readCount(value) };
        break;
      case '_cursor':
        page = { ...page, after: value };
        break;
      case '_summary':
        if (value !== 'count' && value !== 'false')
          throw unsupported('_summary may be "count" or "false": definitions are told whole');
        if (value === 'count') page = { ...page, count: 0 };
        break;
      default:
        criteria.push([name, value]);
    }
  }
  return { ...page, criteria: readCriteria(type, criteria) };
}

/**
 * The criteria of a conditional request: https://hl7.org/fhir/R4/http.html#ccreate
 *
 * @param where the header or address that has them, for messages
 * @throws ProtocolError 400 also for a condition that every definition fulfils
 */
export function readCondition(type: StoredType, query: string, where: string): Criterion[] {
  // Some clients send the whole address.
  const behind = query.includes('?') ? query.slice(query.indexOf('?') + 1) : query;
  const pairs = pairsOf(behind).filter(([name, value]) => !choosesRepresentation(name, value));
  if (pairs.every(([name]) => name === ''))
    throw refuse(400, 'invalid', `${where} has no search parameter; expected one such as url=…`);
  return readCriteria(type, pairs);
}

function pairsOf(query: string): [string, string][] {
  if (query.length > MOST_CHARACTERS)
    throw refuse(400, 'too-costly', `the query has more than ${MOST_CHARACTERS} characters`);
  return [...new URLSearchParams(query)];
}

function readCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (count < 0) throw refuse(400, 'value', `_count is ${quote(text)}; expected a whole number`);
  // https://hl7.org/fhir/R4/search.html#count: a server may give less.
  return Math.min(count, PAGE);
}

function readCriteria(type: StoredType, pairs: readonly (readonly [string, string])[]): Criterion[] {
  const criteria = pairs.map(([name, value]) => readCriterion(type, name, value));
  const values = criteria.reduce((sum, criterion) => sum + criterion.values.length, 0);
  if (values > MOST_VALUES)
    throw refuse(400, 'too-costly', `the query has ${values} values; at most ${MOST_VALUES} are compared`);
  return criteria;
}

function readCriterion(type: StoredType, given: string, value: string): Criterion {
  if (given === '_format')
    throw unsupported('_format must name a media type, such as json: it says how the answer is written');
  const [name = '', modifier, ...rest] = given.split(':');
  const told = RESULT_PARAMETERS.get(name);
  if (told !== undefined) throw unsupported(`${quote(name)} is not supported: ${told}`);
  const known = searchParametersOf(type);
  const parameter = known.find((candidate) => candidate.name === name);
  if (parameter === undefined) {
    const names = known.map((candidate) => candidate.name).join(', ');
    throw unsupported(`${quote(name)} is not a search parameter of ${type} here; expected one of ${names}`);
  }
  if (value === '') throw refuse(400, 'value', `${name} has no value`);
  if (modifier === undefined) return withoutModifier(parameter, value);
  const allowed = name === '_id' ? [] : MODIFIERS[parameter.type];
  if (rest.length > 0 || !allowed.includes(modifier)) {
    const expected = allowed.length === 0 ? 'it takes no modifier' : `it takes ${allowed.join(', ')}`;
    throw unsupported(`${quote(given)}: this modifier of ${name} is not supported; ${expected}`);
  }
  if (modifier === 'missing' && value !== 'true' && value !== 'false')
    throw refuse(400, 'value', `${given} is ${quote(value)}; expected true or false`);
  // One of the list that was just looked at.
  return { ...withoutModifier(parameter, value), modifier: modifier as 'exact' };
}

function withoutModifier({ name, type }: SearchParameter, value: string): Criterion {
  const isToken = type === 'token' && name !== '_id';
  const values = value.split(/(?<!\\),/).map((one) => (isToken ? one : one.replaceAll(/\\([,|$\\])/g, '$1')));
  if (type === 'date') {
    const wrong = values.find(
      (one) => 'fault' in readDateTime(one.replace(/^(?:eq|ne|gt|lt|ge|le|sa|eb)/, '')),
    );
    if (wrong !== undefined)
      throw refuse(400, 'value', `${name} has ${quote(wrong)}; expected a date such as ge2026-01-31`);
  }
  return { parameter: name, values };
}

function unsupported(diagnostics: string): ProtocolError {
  return refuse(400, 'not-supported', diagnostics);
}

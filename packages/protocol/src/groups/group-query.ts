import { searchPredicates } from '@millrace/search';
import { quote, refuse } from '../errors/errors.js';
import { choosesRepresentation } from '../http/representation.js';

/** Where the Groups of the sources are found, and one of them, below the FHIR base. */
export const GROUP_ROUTES = { search: '/Group', read: '/Group/:id' } as const;

/** R4 has no search by the name of a group; people know it by nothing else. */
export const GROUP_NAME = {
  name: 'name',
  type: 'string',
  documentation: 'Of this server: the name of the group, from its start, in any letter case.',
} as const;

/** A search for the Groups of a source. */
export interface GroupSearch {
  /** Name of the source that was asked for. */
  readonly source: string | undefined;
  /** Predicates in FHIRPath, of which one must be true; undefined for all Groups. */
  readonly where: readonly string[] | undefined;
}

const MOST_CHARACTERS = 8_000;

/**
 * Reads the query of a search for Groups: the parameters of R4 that `_typeFilter` takes, `name` and `source`. One that is not
 * known is refused: passing over it would find groups that were not asked for.
 *
 * @param search of the URL, with its question mark or empty
 * @throws ProtocolError 400
 */
export function readGroupSearch(search: string): GroupSearch {
  if (search.length > MOST_CHARACTERS)
    throw refuse(400, 'too-costly', `the query has more than ${MOST_CHARACTERS} characters`);
  const left: string[] = [];
  const names: string[] = [];
  let source: string | undefined;
  for (const part of search.replace(/^\?/, '').split('&')) {
    const [[name, value] = ['', '']] = [...new URLSearchParams(part)];
    if (name === '' || choosesRepresentation(name, value)) continue;
    if (name === 'source') source = value;
    else if (name === GROUP_NAME.name) names.push(namePredicate(value));
    else left.push(part);
  }
  return { source, where: allOf(predicatesOf(left), names) };
}

function predicatesOf(criteria: readonly string[]): readonly string[] | undefined {
  if (criteria.length === 0) return undefined;
  const found = searchPredicates(`Group?${criteria.join('&')}`);
  if (found === undefined)
    throw refuse(400, 'invalid', 'the query is no FHIR search; expected one such as identifier=x');
  const [refused] = found.refused;
  if (refused !== undefined) throw refuse(400, 'not-supported', refused.why);
  return found.predicates;
}

function namePredicate(value: string): string {
  const starts = value
    .split(',')
    .filter((one) => one !== '')
    .map((one) => `name.lower().startsWith(${textLiteral(one.toLowerCase())})`);
  if (starts.length === 0) throw refuse(400, 'invalid', `name is ${quote(value)}; expected some text`);
  return starts.join(' or ');
}

function textLiteral(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}

function allOf(oneOf: readonly string[] | undefined, each: readonly string[]): readonly string[] | undefined {
  if (each.length === 0) return oneOf;
  const names = each.map((one) => `(${one})`).join(' and ');
  return oneOf === undefined ? [names] : oneOf.map((one) => `(${one}) and ${names}`);
}

import { isJsonObject, readDateTime, spanOf } from '@millrace/fhir';
import { ownRound } from '@millrace/threads';
import * as z from 'zod';
import { definitionOf } from './definition.js';
import type { Definition } from './definition.js';
import type { DefinitionType } from './definition-type.js';
import type { StoredResource, StoredVersion } from './stored-version.js';

/** How a parameter compares: https://hl7.org/fhir/R4/search.html#ptypes */
const KINDS = {
  _id: 'code',
  _lastUpdated: 'date',
  url: 'uri',
  version: 'token',
  status: 'token',
  resource: 'token',
  type: 'token',
  identifier: 'token',
  name: 'string',
  title: 'string',
  description: 'string',
  publisher: 'string',
} as const;
export type SearchedElement = keyof typeof KINDS;

/** One parameter of a search: any of its values may match. Values of tokens and their escapes are as they were sent. */
const criterionSchema = z.strictObject({
  // The keys of an object literal are those of its type.
  parameter: z.enum(Object.keys(KINDS) as [SearchedElement, ...SearchedElement[]]),
  modifier: z.enum(['exact', 'missing', 'not']).optional(),
  values: z.array(z.string()).min(1),
});
export type Criterion = z.infer<typeof criterionSchema>;

/** https://hl7.org/fhir/R4/search.html, for the parameters that this server has. */
export const definitionQuerySchema = z.strictObject({
  /** All must match. */
  criteria: z.array(criterionSchema),
  /** Most definitions of a page. */
  count: z.int().min(0),
  /** Id of the last one of the page before. */
  after: z.string().optional(),
});
export type DefinitionQuery = z.infer<typeof definitionQuerySchema>;

export interface FoundDefinitions {
  /** A page of them, in the order of their ids. */
  readonly definitions: readonly Definition[];
  /** How many match, on all pages. */
  readonly total: number;
  /** Whether another page follows. */
  readonly hasMore: boolean;
}

/** Comparisons in one round of the event loop. */
const COMPARED_AT_ONCE = 5_000;

/** All that match, in the order of their ids. */
export async function matchingVersions(
  type: DefinitionType,
  versions: Iterable<StoredVersion>,
  criteria: readonly Criterion[],
): Promise<readonly Definition[]> {
  const tests = criteria.map((criterion) => testOf(criterion));
  const cost = criteria.reduce((sum, { values }) => sum + values.length, 1);
  const matching: Definition[] = [];
  let compared = 0;
  for (const version of versions) {
    const definition = definitionOf(type, version);
    if (definition !== undefined && tests.every((test) => test(definition))) matching.push(definition);
    compared += cost;
    if (compared < COMPARED_AT_ONCE) continue;
    compared = 0;
    await ownRound();
  }
  return matching.sort((one, other) => (one.id < other.id ? -1 : 1));
}

export function pageOf(
  matching: readonly Definition[],
  { count, after }: Pick<DefinitionQuery, 'count' | 'after'>,
): FoundDefinitions {
  const left = after === undefined ? matching : matching.filter(({ id }) => id > after);
  return {
    definitions: left.slice(0, count),
    total: matching.length,
    hasMore: count > 0 && left.length > count,
  };
}

type Test = (definition: Definition) => boolean;

function testOf({ parameter, modifier, values }: Criterion): Test {
  if (modifier === 'missing') {
    const isWanted = values.includes('true');
    return (definition) => isMissing(definition, parameter) === isWanted;
  }
  const kind = KINDS[parameter];
  switch (kind) {
    case 'code':
      return ({ id }) => values.includes(id);
    case 'uri':
      return ({ resource }) => values.some((value) => isNamed(resource, value));
    case 'date': {
      const tests = values.map(dateTest);
      return ({ lastUpdated }) => tests.some((test) => test(Date.parse(lastUpdated)));
    }
    case 'string': {
      if (modifier === 'exact')
        return ({ resource }) => values.some((value) => value === resource[parameter]);
      const wanted = values.map(plain);
      // A text may have a million characters, and no more of them are compared than are asked for.
      const most = 16 * values.reduce((longest, { length }) => Math.max(longest, length), 0);
      return ({ resource }) => {
        const start = plain((textOf(resource, parameter) ?? '').slice(0, most));
        return wanted.some((value) => start.startsWith(value));
      };
    }
    case 'token': {
      const wanted = values.map(readToken);
      const isNot = modifier === 'not';
      return ({ resource }) =>
        tokensOf(resource, parameter).some((token) => wanted.some((one) => matchesToken(token, one))) !==
        isNot;
    }
    default:
      return kind satisfies never;
  }
}

/**
 * Whether a URL is that of a definition. What follows its last bar is a version:
 * https://hl7.org/fhir/R4/search.html#uri
 */
function isNamed({ url, version }: StoredResource, wanted: string): boolean {
  if (wanted === url) return true;
  const bar = wanted.lastIndexOf('|');
  if (bar < 0 || wanted.slice(0, bar) !== url) return false;
  const of = wanted.slice(bar + 1);
  return of === '' || of === version;
}

function isMissing({ resource }: Definition, parameter: SearchedElement): boolean {
  return KINDS[parameter] === 'token'
    ? tokensOf(resource, parameter).length === 0
    : !parameter.startsWith('_') && textOf(resource, parameter) === undefined;
}

function textOf(resource: StoredResource, element: string): string | undefined {
  const value = resource[element];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

interface Token {
  /** Undefined: any in a search, none in a resource. */
  readonly system: string | undefined;
  readonly code: string | undefined;
}

/** `code`, `system|code`, `|code` or `system|`: https://hl7.org/fhir/R4/search.html#token */
function readToken(text: string): Token {
  const bar = /(?<!\\)\|/.exec(text)?.index;
  if (bar === undefined) return { system: undefined, code: unescaped(text) };
  const code = unescaped(text.slice(bar + 1));
  return { system: unescaped(text.slice(0, bar)), code: code === '' ? undefined : code };
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([,|$\\])/g, '$1');
}

function matchesToken(found: Token, { system, code }: Token): boolean {
  if (code !== undefined && code !== found.code) return false;
  return system === undefined || system === (found.system ?? '');
}

/** Codes, and the identifiers and codings of a resource. Guides before R4 had one identifier in place of a list. */
function tokensOf(resource: StoredResource, parameter: SearchedElement): readonly Token[] {
  const value = resource[parameter];
  if (typeof value === 'string') return [{ system: undefined, code: value }];
  const isType = parameter === 'type';
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const codings = isType
    ? values.flatMap((one): unknown =>
        isJsonObject(one) && Array.isArray(one['coding']) ? one['coding'] : [],
      )
    : values;
  return codings.flatMap((one): Token[] => {
    if (!isJsonObject(one)) return [];
    const code = isType ? one['code'] : one['value'];
    const { system } = one;
    if (typeof code !== 'string' && typeof system !== 'string') return [];
    return [
      {
        system: typeof system === 'string' ? system : undefined,
        code: typeof code === 'string' ? code : undefined,
      },
    ];
  });
}

/** Without regard to case and accents. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

const DATE = /^(eq|ne|gt|lt|ge|le|sa|eb)?(.*)$/s;

/** https://hl7.org/fhir/R4/search.html#prefix, for a moment */
function dateTest(text: string): (ms: number) => boolean {
  const [, prefix = 'eq', date = ''] = DATE.exec(text) ?? [];
  const read = readDateTime(date);
  if ('fault' in read) return () => false;
  const { first, after } = spanOf(read.value);
  switch (prefix) {
    case 'ne':
      return (ms) => ms < first || ms >= after;
    case 'gt':
    case 'sa':
      return (ms) => ms >= after;
    case 'lt':
    case 'eb':
      return (ms) => ms < first;
    case 'ge':
      return (ms) => ms >= first;
    case 'le':
      return (ms) => ms < after;
    default:
      return (ms) => ms >= first && ms < after;
  }
}

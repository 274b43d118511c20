import { isJsonObject } from '@millrace/fhir';
import type { Resource } from '@millrace/fhir';
import type { TerminologyKind } from './relation.js';

/** A parameter of an expansion, such as the version of a code system that was used. */
export interface ExpansionParameter {
  readonly name: string;
  readonly value: string | number | boolean;
}

/**
 * From what a relation was made.
 * https://hl7.org/fhir/uv/sql-on-fhir/terminology-in-sql.html
 */
export interface TerminologyProvenance {
  readonly kind: TerminologyKind;
  /** The canonical URL that was asked for, with its version if it had one. */
  readonly canonical: string;
  /** URL and version of the artefact that was found, as far as it has them. */
  readonly url?: string;
  readonly version?: string;
  /** `context`: the request brought it; `stored`: this server stores it. */
  readonly source: 'context' | 'stored' | 'terminology-server';
  /** The FHIR base of the terminology server that gave it, or that expanded it. */
  readonly server?: string;
  readonly rows: number;
  /** ValueSets only. */
  readonly expansion?: ExpansionProvenance;
}

export interface ExpansionProvenance {
  readonly identifier?: string;
  readonly timestamp?: string;
  readonly parameters: readonly ExpansionParameter[];
}

/** More than any server tells. Further ones are left out. */
const MOST_PARAMETERS = 200;
const MOST_CHARACTERS = 1000;

/** They say which page was asked, and nothing about the content. */
const OF_PAGES: ReadonlySet<string> = new Set(['count', 'offset']);

/** @param pages the ValueSets that have the expansion, in their order */
export function expansionProvenance(pages: readonly Resource[]): ExpansionProvenance {
  const parameters = new Map<string, ExpansionParameter>();
  const [first] = pages.map(({ expansion }) => (isJsonObject(expansion) ? expansion : {}));
  for (const { expansion } of pages) {
    const listed: unknown = isJsonObject(expansion) ? expansion['parameter'] : undefined;
    if (!Array.isArray(listed)) continue;
    for (const given of listed) {
      const parameter = parameterOf(given);
      if (parameter === undefined || parameters.size >= MOST_PARAMETERS) continue;
      parameters.set(JSON.stringify(parameter), parameter);
    }
  }
  return {
    ...textOf(first, 'identifier'),
    ...textOf(first, 'timestamp'),
    parameters: [...parameters.values()],
  };
}

function parameterOf(given: unknown): ExpansionParameter | undefined {
  if (!isJsonObject(given) || typeof given['name'] !== 'string' || OF_PAGES.has(given['name']))
    return undefined;
  const [, value] = Object.entries(given).find(([key]) => key.startsWith('value')) ?? [];
  if (typeof value === 'string')
    return { name: given['name'].slice(0, MOST_CHARACTERS), value: value.slice(0, MOST_CHARACTERS) };
  return typeof value === 'number' || typeof value === 'boolean'
    ? { name: given['name'].slice(0, MOST_CHARACTERS), value }
    : undefined;
}

/** URL and version of an artefact. */
export function identityOf(resource: Resource): { readonly url?: string; readonly version?: string } {
  return { ...textOf(resource, 'url'), ...textOf(resource, 'version') };
}

function textOf<Name extends string>(
  members: Readonly<Record<string, unknown>> | undefined,
  name: Name,
): Partial<Record<Name, string>> {
  const value = members?.[name];
  if (typeof value !== 'string' || value === '') return {};
  // A computed key loses its type.
  return { [name]: value.slice(0, MOST_CHARACTERS) } as Partial<Record<Name, string>>;
}

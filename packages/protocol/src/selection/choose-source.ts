import type { FhirVersion } from '@millrace/viewdef';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';

/** The sources that a server exports from. */
export interface SourceChoice {
  /** By name, at least one where requests choose. */
  readonly sources: ReadonlyMap<string, OfferedSource>;
  /** Name of the source that is exported where a request names none; undefined when it must name one. */
  readonly defaultSource: string | undefined;
}

export interface OfferedSource {
  readonly fhirVersion: FhirVersion;
  /** FHIR base URLs under which absolute references are to its own resources. */
  readonly baseUrls: readonly string[];
  /** Whether its files may hold several versions of a resource. Absent: they do not. */
  readonly versions?: boolean;
}

export interface ChosenSource extends OfferedSource {
  readonly name: string;
}

/**
 * The source that a request asks for. With a fault it is some source of the server, so that the views are checked all
 * the same.
 *
 * @param asked name in the request; undefined when there is none
 */
export function chooseSource(
  asked: string | undefined,
  { sources, defaultSource }: SourceChoice,
): { readonly source: ChosenSource; readonly fault?: Fault } {
  const name = asked ?? defaultSource;
  const source = name === undefined ? undefined : sources.get(name);
  if (name !== undefined && source !== undefined) return { source: { ...source, name } };
  const [first] = sources;
  if (first === undefined) throw new Error('the server has no source, so it cannot export');
  return { source: { ...first[1], name: first[0] }, fault: faultOf(asked, [...sources.keys()]) };
}

function faultOf(asked: string | undefined, names: readonly string[]): Fault {
  const known = names.map(quote).join(', ');
  return asked === undefined
    ? {
        status: 400,
        code: 'required',
        diagnostics: `source is required, because this server has several sources and no default: ${known}`,
        expression: 'source',
      }
    : {
        status: 400,
        code: 'not-supported',
        diagnostics: `source ${quote(asked)} does not exist; expected one of the configured sources: ${known}`,
        expression: 'source',
      };
}

/** The sources of the server in words, for somebody who writes a request. */
export function sourceList({ sources, defaultSource }: SourceChoice): string {
  if (sources.size === 0) return 'It depends on the tenant of the client which sources there are.';
  const names = [...sources.keys()].map(quote).join(', ');
  const versioned = [...sources].filter(([, { versions }]) => versions === true).map(([name]) => quote(name));
  const latest =
    versioned.length === 0
      ? ''
      : ` Exports of ${versioned.join(', ')} have the latest version of each resource; there are no runs over them.`;
  const list =
    defaultSource === undefined
      ? `Name one of the sources ${names}: none of them is the default.`
      : `Sources: ${names}. Default: ${quote(defaultSource)}.`;
  return list + latest;
}

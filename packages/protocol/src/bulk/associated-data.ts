import { quote } from '../errors/errors.js';
import type { BulkExport } from '../operations/operation.js';
import type { ReadParameter } from '../parameters/read-parameters.js';
import { listOf, type ListItem } from './list-of.js';
import { passable, type Passable } from './passable.js';

/** Which Provenance is exported, by its code. The one that gives more stands first, and wins over the other. */
const CHOICES = [
  { code: 'RelevantProvenanceResources', provenance: 'relevant' },
  { code: 'LatestProvenanceResources', provenance: 'latest' },
] as const;
const CODES = CHOICES.map(({ code }) => code).join(' or ');
const SYSTEM = 'http://hl7.org/fhir/uv/bulkdata/CodeSystem/include-associated-data';

/**
 * The values of `includeAssociatedData`: in version 3 texts with commas, in version 4 Codings. A code of another system is
 * named with it.
 *
 * @returns undefined when the request does not have the parameter
 */
export function associatedDataOf(
  parameters: readonly ReadParameter[],
  version: BulkExport['version'],
): readonly ListItem[] | undefined {
  if (version === 3) return listOf(parameters, 'includeAssociatedData', version);
  const given = parameters.filter(({ name }) => name === 'includeAssociatedData');
  if (given.length === 0) return undefined;
  return given.flatMap(({ value, expression }) => {
    if (value?.type !== 'Coding') return [];
    const { system = SYSTEM, code } = value.value;
    return [{ value: system === SYSTEM ? code : `${system}|${code}`, expression }];
  });
}

export interface AssociatedData {
  /** Which Provenance of the exported resources is exported; undefined where the request does not say. */
  readonly provenance: (typeof CHOICES)[number]['provenance'] | undefined;
  readonly passable: readonly Passable[];
}

/**
 * The least restrictive of the values that a request gives. https://hl7.org/fhir/uv/bulkdata/export.html#query-parameters
 *
 * @param typeFilters the targets of Provenance are chosen before the export runs, without the searches
 */
export function chooseAssociatedData(
  asked: readonly ListItem[] | undefined,
  typeFilters: readonly ListItem[] | undefined,
): AssociatedData {
  if (asked === undefined) return { provenance: undefined, passable: [] };
  const unknown = asked.filter(({ value }) => CHOICES.every(({ code }) => code !== value));
  const choice = CHOICES.find(({ code }) => asked.some(({ value }) => value === code));
  const isSearched = typeFilters?.some(({ value }) => !value.startsWith('Provenance?')) === true;
  return {
    provenance: isSearched ? undefined : choice?.provenance,
    passable: [
      ...unknown.map(({ value, expression }) =>
        fault(`includeAssociatedData ${quote(value)} is not supported; expected ${CODES}`, expression),
      ),
      ...(isSearched && choice !== undefined
        ? [
            fault(
              'includeAssociatedData cannot be used with a _typeFilter of other types than Provenance',
              asked[0]?.expression ?? 'includeAssociatedData',
            ),
          ]
        : []),
    ],
  };
}

function fault(diagnostics: string, expression: string): Passable {
  return passable('includeAssociatedData', { status: 400, code: 'not-supported', diagnostics, expression });
}

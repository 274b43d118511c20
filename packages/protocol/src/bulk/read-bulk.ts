import type { ExportFilter } from '@millrace/export';
import { momentOf, isLater } from '@millrace/fhir';
import type { Handling } from '@millrace/viewdef';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import { handlingOf } from '../http/preferences.js';
import type { KickOffRequest } from '../kick-off/kick-off-request.js';
import { methodOf, preferencesOf, requestFaults } from '../kick-off/request-headers.js';
import type { BulkExport, Level } from '../operations/operation.js';
import { givenParameters } from '../parameters/given-parameters.js';
import { readParameters } from '../parameters/read-parameters.js';
import { takenParameters, textOf, valueOf } from '../parameters/taken-parameters.js';
import { readFilter, type AbsoluteReference } from '../selection/read-filter.js';
import { associatedDataOf } from './associated-data.js';
import { OUTPUT_FORMATS } from './bulk-operations.js';
import { instantBefore } from './instant-before.js';
import { listOf, tooManyValues, type ListItem } from './list-of.js';
import { organizationOf } from './organized-output.js';
import { passableFaults, type Passable } from './passable.js';
import { tooManySearches, typeFiltersOf } from './type-filters.js';

/** The parameters of a Bulk Data kick-off that could be read; nothing is looked up yet. */
export interface AskedBulk {
  readonly operation: BulkExport;
  /** Undefined when the request names none. */
  readonly types: readonly ListItem[] | undefined;
  readonly elements: readonly ListItem[] | undefined;
  /** Searches of one type each. */
  readonly typeFilters: readonly ListItem[] | undefined;
  readonly associatedData: readonly ListItem[] | undefined;
  /** Name of the source; undefined for the server's default. */
  readonly source: string | undefined;
  /** Which resources; undefined for all of them. */
  readonly filter: ExportFilter | undefined;
  /** References in the filter that name a base. */
  readonly absolute: readonly AbsoluteReference[];
  readonly handling: Handling;
  /** The type whose resources the output is organized by; undefined for files of one type each. */
  readonly organizeBy: 'Patient' | undefined;
  readonly separateStatus: boolean;
  readonly allowPartialManifests: boolean;
}

/** `asked` is undefined where the request has no parameters that could be read. Then there are faults. */
export interface ReadBulk {
  readonly asked: AskedBulk | undefined;
  readonly faults: readonly Fault[];
  /** Faults that a lenient request lets pass. */
  readonly passable: readonly Passable[];
}

/**
 * Reads a Bulk Data kick-off and collects everything that is wrong with it. Looks nothing up.
 *
 * @param now ms since the epoch
 */
export function readBulk(
  operation: BulkExport,
  level: Level,
  request: KickOffRequest,
  now: number,
): ReadBulk {
  const outside = [...requestFaults(request, operation), ...acceptFaults(operation, request)];
  const method = methodOf(request, operation.methods);
  if (method === undefined || outside.some((fault) => fault.status === 415)) {
    return { asked: undefined, faults: outside, passable: [] };
  }
  const { declared, refused } = takenParameters(operation, level);
  const given = givenParameters(method, request, 'may-be-empty', declared);
  if (given.parameters === undefined)
    return { asked: undefined, faults: [...outside, ...given.faults], passable: [] };

  const read = readParameters(given.parameters, declared, refused);
  const { parameters } = read;
  const excess = [
    ...tooManyValues(parameters, '_type'),
    ...tooManyValues(parameters, '_elements'),
    ...tooManySearches(parameters),
  ];
  if (excess.length > 0) return { asked: undefined, faults: [...outside, ...excess], passable: [] };
  const { faults, passable } = passableFaults([...given.faults, ...read.faults], declared);
  const filter = readFilter(parameters);
  const organization = organizationOf(parameters);
  const preferences = preferencesOf(request);
  const partial = valueOf(parameters, 'allowPartialManifests');
  return {
    asked: {
      operation,
      types: listOf(parameters, '_type', operation.version),
      elements: listOf(parameters, '_elements', operation.version),
      typeFilters: typeFiltersOf(parameters, operation.version),
      associatedData: associatedDataOf(parameters, operation.version),
      source: textOf(parameters, 'source'),
      filter: filterOf(filter.filter, operation, request),
      absolute: filter.absolute,
      handling: handlingOf(preferences),
      organizeBy: organization.organizeBy,
      separateStatus: preferences.has('separate-export-status'),
      allowPartialManifests: partial?.type === 'boolean' && partial.value,
    },
    faults: [
      ...outside,
      ...faults,
      ...filter.faults,
      ...organization.faults,
      ...formatFaults(textOf(parameters, '_outputFormat')),
      ...timeFaults(filter.filter, now),
      ...(method === 'GET' && valueOf(parameters, 'patient') !== undefined ? [patientByGet()] : []),
    ],
    passable: [...passable, ...organization.passable],
  };
}

/** The guide lets a server ask for it, and test suites of the field look whether one does. */
function acceptFaults({ code }: BulkExport, { headers }: KickOffRequest): readonly Fault[] {
  if (headers['accept'] !== undefined) return [];
  const diagnostics = `${code} needs the header "Accept: application/fhir+json"`;
  return [{ status: 400, code: 'required', diagnostics }];
}

/** The group that the URL names, and `_until` as the latest time that passes. */
function filterOf(
  read: ExportFilter | undefined,
  { bulkLevel }: BulkExport,
  { instanceId }: KickOffRequest,
): ExportFilter | undefined {
  const { until, ...filter } = read ?? {};
  const whole: ExportFilter = {
    ...filter,
    ...(until === undefined ? {} : { until: instantBefore(until) }),
    ...(bulkLevel === 'group' && instanceId !== undefined
      ? { groups: [instanceId], joinedLater: 'include' }
      : {}),
    // The guide asks for an error about patients who are not members.
    ...(bulkLevel === 'group' && filter.patients !== undefined ? { mustBeMembers: true } : {}),
  };
  return Object.keys(whole).length === 0 ? undefined : whole;
}

function formatFaults(format: string | undefined): readonly Fault[] {
  // A plus sign that is not escaped is a space in a URL.
  const name = format?.replaceAll(' ', '+').toLowerCase();
  if (name === undefined || OUTPUT_FORMATS.some((known) => known === name)) return [];
  const diagnostics = `_outputFormat ${quote(format ?? '')} is not supported; expected one of ${OUTPUT_FORMATS.join(', ')}`;
  return [{ status: 400, code: 'not-supported', diagnostics, expression: '_outputFormat' }];
}

/** Clocks of servers and of sources differ by less. */
const CLOCK_SKEW_MS = 5 * 60 * 1000;

function timeFaults({ since, until }: ExportFilter = {}, now: number): readonly Fault[] {
  const from = since === undefined ? undefined : momentOf(since);
  if (from === undefined) return [];
  const to = until === undefined ? undefined : momentOf(until);
  if (from.seconds * 1000 > now + CLOCK_SKEW_MS)
    return [{ status: 400, code: 'value', diagnostics: '_since is in the future', expression: '_since' }];
  if (to === undefined || isLater(to, from)) return [];
  const diagnostics = '_until is not later than _since, so no resource can pass both';
  return [{ status: 400, code: 'value', diagnostics, expression: '_until' }];
}

function patientByGet(): Fault {
  const diagnostics = 'patient is taken by POST only, in a Parameters body';
  return { status: 400, code: 'not-supported', diagnostics, expression: 'patient' };
}

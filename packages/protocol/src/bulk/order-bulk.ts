import type { ExportOrder, Subject } from '@millrace/export';
import { faultsError } from '../errors/fault.js';
import type { Fault } from '../errors/fault.js';
import { trimSlash } from '../http/urls.js';
import type { KickOffRequest } from '../kick-off/kick-off-request.js';
import { operationPath } from '../operations/operation.js';
import type { BulkExport, Level } from '../operations/operation.js';
import { checkBases, checkFilter, typesOfFilter } from '../selection/check-filter.js';
import { chooseSource, type ChosenSource, type SourceChoice } from '../selection/choose-source.js';
import type { ReadAccess } from '../selection/read-access.js';
import type { ResourceLookup } from '../selection/resource-lookup.js';
import { chooseAssociatedData } from './associated-data.js';
import { chooseElements } from './choose-elements.js';
import { chooseTypes, type TypeScope } from './choose-types.js';
import { ORGANIZE_OUTPUT_BY } from './organized-output.js';
import type { Passable } from './passable.js';
import { readBulk, type AskedBulk } from './read-bulk.js';
import { readTypeFilters } from './type-filters.js';

/** The sources for a Bulk Data kick-off, and what is known of them. */
export interface BulkContext extends SourceChoice {
  /** Public FHIR base. */
  readonly baseUrl: string;
  readonly resources: ResourceLookup;
  readonly access: ReadAccess;
  /** The resource types that a source has files of, in order. @throws what listing it rejects with */
  readonly typesOf: (source: string) => Promise<readonly string[]>;
  /** Whether FHIR has a resource type of that name. */
  readonly isType: (name: string) => boolean;
  /** Ms since the epoch. */
  readonly now: number;
}

/**
 * Turns a Bulk Data request into an order of one subject for each resource type, or throws one error with every fault of
 * the request.
 *
 * @throws ProtocolError; what a source or the access rejects with passes through.
 */
export async function orderBulk(
  operation: BulkExport,
  level: Level,
  request: KickOffRequest,
  context: BulkContext,
): Promise<ExportOrder> {
  const { asked, faults: readFaults, passable } = readBulk(operation, level, request, context.now);
  if (asked === undefined) throw faultsError(readFaults);
  const { source, fault: sourceFault } = chooseSource(asked.source, context);
  if (sourceFault !== undefined) throw faultsError([...readFaults, sourceFault]);

  const inSource = await context.typesOf(source.name);
  const types = chooseTypes(asked.types, scopeOf(asked), inSource, context.isType);
  const associated = chooseAssociatedData(asked.associatedData, asked.typeFilters);
  // Associated data are exported beside the types that were asked for.
  const exported =
    associated.provenance === undefined ? types.types : [...new Set([...types.types, 'Provenance'])];
  context.access.require([...exported, ...typesOfFilter(asked.filter)]);
  const elements = chooseElements(asked.elements, exported);
  const filters = readTypeFilters(asked.typeFilters, exported);
  const passables = [
    ...passable,
    ...types.passable,
    ...elements.passable,
    ...filters.passable,
    ...associated.passable,
  ];
  const isLenient = asked.handling === 'lenient';
  const faults: readonly Fault[] = [
    ...readFaults,
    ...(isLenient ? [] : passables.map(({ fault }) => fault)),
    ...types.faults,
    ...filters.faults,
    ...(source.fhirVersion === 'R4' ? [] : ofR4Only(asked, source)),
    ...(await filterFaults(asked, source, context)),
  ];
  if (faults.length > 0) throw faultsError(faults);
  return {
    operation: operation.id,
    format: 'ndjson',
    handling: asked.handling,
    header: true,
    source: source.name,
    ...(asked.filter === undefined ? {} : { filter: asked.filter }),
    fhirVersion: source.fhirVersion,
    baseUrls: [...source.baseUrls],
    ...(source.versions === true ? { versions: true } : {}),
    ...(types.notices.length === 0 ? {} : { notices: [...types.notices] }),
    subjects: [
      ...exported.map((type) => ({
        ...subjectOf(type, elements.ofType(type), filters.ofType(type)),
        ...(type === 'Provenance' && associated.provenance !== undefined
          ? { associated: associated.provenance }
          : {}),
      })),
      ...(asked.filter?.since === undefined
        ? []
        : [
            {
              kind: 'deletions' as const,
              name: DELETED,
              resourceTypes: [
                ...new Set([...types.deletedTypes.filter(context.access.mayRead), ...exported]),
              ],
            },
          ]),
      ...(asked.organizeBy === undefined
        ? []
        : [{ kind: 'blocks' as const, name: BLOCKS, by: asked.organizeBy }]),
    ],
    bulk: {
      version: operation.version,
      request: kickOffUrl(operation, level, request, context.baseUrl),
      level: operation.bulkLevel,
      ...(asked.organizeBy === undefined ? {} : { organizeOutputBy: asked.organizeBy }),
      ...(asked.separateStatus ? { separateStatus: true } : {}),
      ...(asked.allowPartialManifests ? { allowPartialManifests: true } : {}),
      ignored: [...(isLenient ? passables : []), ...types.leftOut].map(ignored),
    },
  };
}

function subjectOf(
  type: string,
  elements: readonly string[] | undefined,
  where: readonly string[] | undefined,
): Subject {
  return {
    kind: 'resources',
    name: type,
    resourceType: type,
    ...(elements === undefined ? {} : { elements: [...elements] }),
    ...(where === undefined ? {} : { where: [...where] }),
  };
}

/** Name of the output that says what was deleted. No resource type is written so. */
const DELETED = 'deleted';

/** Name of the output that holds the resources in blocks. */
const BLOCKS = 'blocks';

function scopeOf({ operation, organizeBy }: AskedBulk): TypeScope {
  return organizeBy === undefined ? operation.bulkLevel : 'blocks';
}

async function filterFaults(
  { operation, filter, absolute }: AskedBulk,
  source: ChosenSource,
  { baseUrl, resources }: BulkContext,
): Promise<readonly Fault[]> {
  const { bulkLevel } = operation;
  if (bulkLevel !== 'system' && source.fhirVersion !== 'R4') return [notInVersion(operation, source)];
  if (filter === undefined) return [];
  const missing = await checkFilter(filter, source, resources);
  return [
    ...checkBases(absolute, source, baseUrl),
    // The URL names the group: there is no such address.
    ...missing.map((fault): Fault => (fault.expression === 'group' ? ofAddress(fault) : fault)),
  ];
}

function ofAddress({ code, diagnostics }: Fault): Fault {
  return { status: 404, code, diagnostics };
}

function notInVersion({ code }: BulkExport, { name, fhirVersion }: ChosenSource): Fault {
  const diagnostics = `the compartments of patients are known for R4; source ${JSON.stringify(name)} holds ${fhirVersion}, and ${code} exports it at the system level only`;
  return { status: 400, code: 'not-supported', diagnostics };
}

/** Mandatory elements, search parameters and compartments are those of R4. */
function ofR4Only(
  { elements, typeFilters, organizeBy }: AskedBulk,
  { name, fhirVersion }: ChosenSource,
): Fault[] {
  const asked = { _elements: elements, _typeFilter: typeFilters, [ORGANIZE_OUTPUT_BY]: organizeBy };
  return Object.entries(asked)
    .filter(([, given]) => given !== undefined)
    .map(([expression]) => {
      const diagnostics = `${expression} is supported for R4; source ${JSON.stringify(name)} holds ${fhirVersion}`;
      return { status: 400, code: 'not-supported', diagnostics, expression };
    });
}

function ignored({ parameter, fault }: Passable): { parameter: string; why: string } {
  return { parameter, why: fault.diagnostics };
}

/** As the client wrote it, below the public base; of a POST without its body. */
function kickOffUrl(
  operation: BulkExport,
  level: Level,
  { method, instanceId = '', search = '' }: KickOffRequest,
  baseUrl: string,
): string {
  const path = operationPath(operation, level).replace(':id', () => encodeURIComponent(instanceId));
  return `${trimSlash(baseUrl)}${path}${method === 'GET' ? search : ''}`;
}

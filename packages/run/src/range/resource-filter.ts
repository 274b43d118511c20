import { countedMoment, createReferenceKey, isLater, momentOf, patientLinkOf } from '@millrace/fhir';
import type { Moment, OwnBases, PatientLink, ReferenceKey } from '@millrace/fhir';
import type { IdSet } from '@millrace/scan';
import type { JsonValue } from '@millrace/viewdef';

/** Which resources of a pass are evaluated: those that pass all that is given. */
export interface ResourceFilter {
  readonly since: Moment | undefined;
  readonly patients: { readonly link: PatientLink | undefined; readonly ids: IdSet } | undefined;
  /** Bases of the source: absolute references are to its patients behind these only. */
  readonly bases: OwnBases;
  readonly keyOf: ReferenceKey;
}

/**
 * @param since a FHIR instant; an impossible one is counted, because the export was accepted with it
 * @throws RangeError when it cannot be read: a filter that cannot be read must not let everything through
 */
export function createFilter(
  resourceType: string,
  {
    since,
    patients,
    bases,
  }: {
    readonly since: string | undefined;
    readonly patients: IdSet | undefined;
    readonly bases: OwnBases;
  },
): ResourceFilter {
  const moment = since === undefined ? undefined : countedMoment(since);
  if (since !== undefined && moment === undefined) throw new RangeError(`${since} is not a FHIR instant`);
  return {
    since: moment,
    patients: patients === undefined ? undefined : { link: patientLinkOf(resourceType), ids: patients },
    bases,
    keyOf: createReferenceKey(bases),
  };
}

/**
 * Whether a resource is evaluated. The scan decides the same from its bytes, and leaves `undated` resources
 * to this function.
 */
export function accepts(filter: ResourceFilter, resource: JsonValue): boolean {
  return judge(filter, resource) !== 'left out';
}

/**
 * Whether a resource passes a filter. `undated`: it passes because the time of its last change cannot be
 * read.
 */
export function judge(
  { since, patients, keyOf }: ResourceFilter,
  resource: JsonValue,
): 'passes' | 'undated' | 'left out' {
  if (patients !== undefined && !isOfPatient(patients, resource, keyOf)) return 'left out';
  return since === undefined ? 'passes' : judgeChange(since, resource);
}

/**
 * A resource without `meta.lastUpdated` passes, so that an incremental copy misses none
 * (https://build.fhir.org/ig/HL7/sql-on-fhir/operations-common.html allows it).
 */
function judgeChange(since: Moment, resource: JsonValue): 'passes' | 'undated' | 'left out' {
  const lastUpdated = property(property(resource, 'meta'), 'lastUpdated');
  if (lastUpdated === undefined || lastUpdated === null) return 'passes';
  const moment = typeof lastUpdated === 'string' ? momentOf(lastUpdated) : undefined;
  if (moment === undefined) return 'undated';
  return isLater(moment, since) ? 'passes' : 'left out';
}

/** A resource of a type that is in no compartment of a patient does not pass. */
function isOfPatient(
  { link, ids }: NonNullable<ResourceFilter['patients']>,
  resource: JsonValue,
  keyOf: ReferenceKey,
): boolean {
  switch (link?.kind) {
    case undefined:
      return false;
    case 'id': {
      const id = property(resource, 'id');
      return typeof id === 'string' && ids.has(id);
    }
    case 'references':
      return link.paths.some((path) => itemsAt(resource, path).some((item) => refersTo(ids, item, keyOf)));
    default:
      return link satisfies never;
  }
}

function refersTo(ids: IdSet, item: JsonValue, keyOf: ReferenceKey): boolean {
  const id = keyOf(property(item, 'reference'), 'Patient');
  return id !== undefined && ids.has(id);
}

/** The values at a path, and of arrays on the way the items. */
function itemsAt(value: JsonValue, path: readonly string[]): readonly JsonValue[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap((item) => itemsAt(item, path));
  const [key, ...rest] = path;
  if (key === undefined) return [value];
  const child = property(value, key);
  return child === undefined ? [] : itemsAt(child, rest);
}

function property(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? (value as Readonly<Record<string, JsonValue>>)[key] : undefined; // own, as just tested
}

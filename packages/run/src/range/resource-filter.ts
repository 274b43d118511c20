import { countedMoment, createReferenceKey, isLater, momentOf, patientLinkOf } from '@millrace/fhir';
import type { Moment, OwnBases, PatientLink, ReferenceKey } from '@millrace/fhir';
import type { IdSet } from '@millrace/scan';
import type { JsonValue } from '@millrace/viewdef';

/** Which resources of a pass are evaluated: those that pass all that is given. */
export interface ResourceFilter {
  readonly since: Moment | undefined;
  readonly until: Moment | undefined;
  readonly patients: { readonly link: PatientLink | undefined; readonly ids: IdSet } | undefined;
  /** Those of the patients whose resources pass `since` whatever their age. */
  readonly joined: IdSet | undefined;
  /** Ids of resources: those of others do not pass. */
  readonly own: IdSet | undefined;
  /**
   * Whether a resource that names another patient too does not pass. A Group is in the compartment of each member, and who may see
   * one of them must not learn of the others.
   */
  readonly keepsFromOthers: boolean;
  /** Bases of the source: absolute references are to its patients behind these only. */
  readonly bases: OwnBases;
  readonly keyOf: ReferenceKey;
}

/** The conditions of a filter. Instants are those of FHIR; impossible ones are counted, because the export was accepted with them. */
export interface FilterTerms {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly patients: IdSet | undefined;
  readonly joined?: IdSet | undefined;
  /** The ids of `patients` and `joined` are those of the resources themselves. */
  readonly byId?: boolean | undefined;
  /** Ids of resources, to which the others are added as a condition. */
  readonly own?: IdSet | undefined;
  /** Whether Groups that name other patients pass. */
  readonly mayNameOthers?: boolean | undefined;
  readonly bases: OwnBases;
}

const BY_ID: PatientLink = { kind: 'id' };

/** @throws RangeError for text that cannot be read: a filter that cannot be read must not let everything through */
export function createFilter(
  resourceType: string,
  { since, until, patients, joined, byId = false, own, mayNameOthers = false, bases }: FilterTerms,
): ResourceFilter {
  return {
    since: momentAsked(since),
    until: momentAsked(until),
    patients:
      patients === undefined
        ? undefined
        : { link: byId ? BY_ID : patientLinkOf(resourceType), ids: patients },
    joined,
    own,
    keepsFromOthers: resourceType === 'Group' && patients !== undefined && !byId && !mayNameOthers,
    bases,
    keyOf: createReferenceKey(bases),
  };
}

function momentAsked(instant: string | undefined): Moment | undefined {
  if (instant === undefined) return undefined;
  const moment = countedMoment(instant);
  if (moment === undefined) throw new RangeError(`${instant} is not a FHIR instant`);
  return moment;
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
export function judge(filter: ResourceFilter, resource: JsonValue): 'passes' | 'undated' | 'left out' {
  const { patients, joined, own, keyOf } = filter;
  if (patients !== undefined && !isOfPatient(patients, resource, keyOf)) return 'left out';
  if (own !== undefined && !hasId(own, resource)) return 'left out';
  if (filter.keepsFromOthers && namesOthers(filter, resource)) return 'left out';
  const change = judgeChange(filter, resource);
  if (change !== 'old') return change;
  const isExempt =
    patients !== undefined &&
    joined !== undefined &&
    isOfPatient({ ...patients, ids: joined }, resource, keyOf);
  return isExempt ? 'passes' : 'left out';
}

/**
 * A resource without `meta.lastUpdated` passes, so that an incremental copy misses none
 * (https://build.fhir.org/ig/HL7/sql-on-fhir/operations-common.html allows it). `old`: it was not changed since.
 */
function judgeChange(
  { since, until }: ResourceFilter,
  resource: JsonValue,
): 'passes' | 'undated' | 'left out' | 'old' {
  if (since === undefined && until === undefined) return 'passes';
  const lastUpdated = property(property(resource, 'meta'), 'lastUpdated');
  if (lastUpdated === undefined || lastUpdated === null) return 'passes';
  const moment = typeof lastUpdated === 'string' ? momentOf(lastUpdated) : undefined;
  if (moment === undefined) return 'undated';
  if (until !== undefined && isLater(moment, until)) return 'left out';
  return since === undefined || isLater(moment, since) ? 'passes' : 'old';
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
    case 'id':
      return hasId(ids, resource);
    case 'references':
      return link.paths.some((path) => itemsAt(resource, path).some((item) => refersTo(ids, item, keyOf)));
    default:
      return link satisfies never;
  }
}

function hasId(ids: IdSet, resource: JsonValue): boolean {
  const id = property(resource, 'id');
  return typeof id === 'string' && ids.has(id);
}

/** The ids of a patient, as they are in references. */
const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** The patients in whose compartments a resource is, of those that a filter leaves. None for an id that FHIR does not allow. */
export function patientsOf(
  link: PatientLink | undefined,
  resource: JsonValue,
  { patients, keyOf }: Pick<ResourceFilter, 'patients' | 'keyOf'>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (id: unknown): void => {
    if (typeof id === 'string' && ID.test(id) && (patients === undefined || patients.ids.has(id)))
      found.add(id);
  };
  switch (link?.kind) {
    case undefined:
      break;
    case 'id':
      add(property(resource, 'id'));
      break;
    case 'references':
      for (const item of link.paths.flatMap((path) => itemsAt(resource, path)))
        add(keyOf(property(item, 'reference'), 'Patient'));
      break;
    default:
      link satisfies never;
  }
  return found;
}

/**
 * Whether a resource is also in the compartment of a patient whom a filter leaves out:
 * https://build.fhir.org/ig/HL7/sql-on-fhir/operations-common.html#filtering and
 * https://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export have `patient` return no resources in other compartments.
 */
function namesOthers(filter: Pick<ResourceFilter, 'patients' | 'keyOf'>, resource: JsonValue): boolean {
  const link = filter.patients?.link;
  const all = patientsOf(link, resource, { ...filter, patients: undefined });
  return all.size > patientsOf(link, resource, filter).size;
}

/** Whether a scan decides as `judge` does. What it lets through may be more. */
export function isScanned({ own, keepsFromOthers }: ResourceFilter): boolean {
  return own === undefined && !keepsFromOthers;
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

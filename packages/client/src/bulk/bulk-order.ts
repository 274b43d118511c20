import { createHash } from 'node:crypto';
import { refuseNobody } from '../given-parameters.js';
import type { BulkParameterName } from '../given-parameters.js';
import { referenceTo } from '../reference-to.js';

/** The resources that a Bulk Data export is of. */
export type BulkLevel =
  | { readonly kind: 'system' }
  | { readonly kind: 'patient' }
  | { readonly kind: 'group'; readonly id: string };

/** A Bulk Data export that a client wants. https://hl7.org/fhir/uv/bulkdata/STU3/export.html */
export interface BulkOrder {
  readonly level: BulkLevel;
  /** Of the guide: 3, which servers of version 2 understand, by default. */
  readonly version?: 3 | 4 | undefined;
  /** Instants. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly types?: readonly string[] | undefined;
  /** `id` or `Patient.id`. */
  readonly elements?: readonly string[] | undefined;
  /** Searches such as `Observation?category=laboratory`. */
  readonly typeFilters?: readonly string[] | undefined;
  /** Only these patients: ids, or references such as `Patient/a`. Not for the level of the system. */
  readonly patients?: readonly string[] | undefined;
  /** Codes such as `LatestProvenanceResources`. */
  readonly associatedData?: readonly string[] | undefined;
  readonly allowPartialManifests?: boolean | undefined;
  /** A type such as `Patient`: the files have a block of resources for each patient. */
  readonly organizeOutputBy?: string | undefined;
  /** Name of a source, for servers of Millrace that have several. */
  readonly source?: string | undefined;
  readonly handling?: 'lenient' | undefined;
}

/** One parameter of a kick-off: its text in a URL, and its value in a Parameters resource. */
interface KickOffParameter {
  readonly name: BulkParameterName;
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** A request that starts an export. */
export interface KickOffRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body: object | undefined;
}

/** The name of the operation, which servers of two versions offer twice. */
export type ExportOperation = '$export' | '$export-v4';

/**
 * The request of the kick-off: by GET, which every server of versions 2 and 3 has, unless the patients are listed or it is
 * version 4, which needs POST.
 */
export function kickOffRequest(
  server: string,
  order: BulkOrder,
  operation: ExportOperation = '$export',
): KickOffRequest {
  if (order.patients !== undefined) refuseNobody('patients', order.patients);
  const url = new URL(`${server.replace(/\/+$/, '')}/${pathOf(order.level)}${operation}`);
  if (needsPost(order)) {
    const parameter = [...parametersOf(order), ...patientsOf(order)].map(({ name, value }) => ({
      name,
      ...value,
    }));
    return { method: 'POST', url: url.href, body: { resourceType: 'Parameters', parameter } };
  }
  for (const { name, text } of parametersOf(order)) url.searchParams.append(name, text);
  return { method: 'GET', url: url.href, body: undefined };
}

/** The parameters for the log of the export. Patients are not among them, because logs are shown to others. */
export function loggedParameters(order: BulkOrder): Readonly<Record<string, string>> {
  const texts = new Map<string, string>();
  for (const { name, text } of parametersOf(order)) {
    const before = texts.get(name);
    texts.set(name, before === undefined ? text : `${before},${text}`);
  }
  return Object.fromEntries(texts);
}

/** Tells one order from another, and names it to a person. Patients are in it as a checksum. */
export function nameOfOrder(server: string, order: BulkOrder): string {
  const { version, patients = [], ...others } = order;
  const { url } = kickOffRequest(server, others);
  if (!needsPost(order)) return url;
  const ids = [...new Set(patients.map((patient) => referenceTo('Patient', patient)))].sort();
  const sha256 = createHash('sha256').update(ids.join('\n')).digest('hex');
  return [
    `POST ${url}`,
    ...(version === 4 ? ['of version 4'] : []),
    ...(ids.length > 0 ? [`for ${ids.length} patient(s), SHA-256 ${sha256}`] : []),
  ].join(' ');
}

function needsPost({ version, patients = [] }: BulkOrder): boolean {
  return version === 4 || patients.length > 0;
}

/** Versions 2 and 3 take lists with commas; version 4 has repeated parameters only. */
function parametersOf(order: BulkOrder): readonly KickOffParameter[] {
  const { since, until, types = [], elements = [], typeFilters = [], associatedData = [] } = order;
  const { organizeOutputBy, source } = order;
  const strings = (name: BulkParameterName, texts: readonly string[]): KickOffParameter[] =>
    texts.map((text) => ({ name, text, value: { valueString: text } }));
  const list = (name: BulkParameterName, texts: readonly string[]): KickOffParameter[] =>
    strings(name, order.version === 4 || texts.length === 0 ? texts : [texts.join(',')]);
  const instant = (name: BulkParameterName, text: string | undefined): KickOffParameter[] =>
    text === undefined ? [] : [{ name, text, value: { valueInstant: text } }];
  return [
    ...list('_type', types),
    ...instant('_since', since),
    ...instant('_until', until),
    ...list('_elements', elements),
    ...strings('_typeFilter', typeFilters),
    ...associatedData.map((text) => ({
      name: 'includeAssociatedData' as const,
      text,
      value: order.version === 4 ? { valueCoding: codingOf(text) } : { valueCode: text },
    })),
    ...(order.allowPartialManifests === true
      ? [{ name: 'allowPartialManifests' as const, text: 'true', value: { valueBoolean: true } }]
      : []),
    ...(organizeOutputBy === undefined ? [] : strings('organizeOutputBy', [organizeOutputBy])),
    ...(source === undefined ? [] : strings('source', [source])),
  ];
}

function patientsOf({ patients = [] }: BulkOrder): readonly KickOffParameter[] {
  return patients.map((text) => ({
    name: 'patient' as const,
    text,
    value: { valueReference: { reference: referenceTo('Patient', text) } },
  }));
}

/** Codes with an underscore are of the server itself. */
function codingOf(code: string): object {
  if (code.startsWith('_')) return { code };
  return { system: 'http://hl7.org/fhir/uv/bulkdata/CodeSystem/include-associated-data', code };
}

function pathOf(level: BulkLevel): string {
  switch (level.kind) {
    case 'system':
      return '';
    case 'patient':
      return 'Patient/';
    case 'group':
      return `Group/${encodeURIComponent(level.id)}/`;
    default:
      return level satisfies never;
  }
}

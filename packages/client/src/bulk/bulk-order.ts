/** The resources that a Bulk Data export is of. */
export type BulkLevel =
  | { readonly kind: 'system' }
  | { readonly kind: 'patient' }
  | { readonly kind: 'group'; readonly id: string };

/** A Bulk Data export that a client wants. https://hl7.org/fhir/uv/bulkdata/STU3/export.html */
export interface BulkOrder {
  readonly level: BulkLevel;
  /** Instants. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly types?: readonly string[] | undefined;
  /** `id` or `Patient.id`. */
  readonly elements?: readonly string[] | undefined;
  /** Searches such as `Observation?category=laboratory`. */
  readonly typeFilters?: readonly string[] | undefined;
  readonly allowPartialManifests?: boolean | undefined;
  /** Name of a source, for servers of Millrace that have several. */
  readonly source?: string | undefined;
  readonly handling?: 'lenient' | undefined;
}

/** The parameters of the kick-off, in order. A repeated parameter counts as a list with commas. */
export function kickOffParameters(order: BulkOrder): readonly (readonly [name: string, value: string])[] {
  const { since, until, types = [], elements = [], typeFilters = [], source } = order;
  const given = (name: string, value: string | undefined): [string, string][] =>
    value === undefined ? [] : [[name, value]];
  const list = (values: readonly string[]) => (values.length === 0 ? undefined : values.join(','));
  return [
    ...given('_type', list(types)),
    ...given('_since', since),
    ...given('_until', until),
    ...given('_elements', list(elements)),
    ...typeFilters.map((filter): [string, string] => ['_typeFilter', filter]),
    ...given('allowPartialManifests', order.allowPartialManifests === true ? 'true' : undefined),
    ...given('source', source),
  ];
}

/** The URL of the kick-off, by GET, which every server of versions 2 and 3 has. */
export function kickOffUrl(server: string, order: BulkOrder): string {
  const url = new URL(`${server.replace(/\/+$/, '')}/${pathOf(order.level)}$export`);
  for (const [name, value] of kickOffParameters(order)) url.searchParams.append(name, value);
  return url.href;
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

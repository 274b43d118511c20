import type { BundledView } from '@millrace/samples';

/** A query over views, which it names as they are named. */
export interface Query {
  readonly sql: string;
  readonly over: readonly BundledView[];
}

const SYSTEM = 'http://hl7.org/fhir/uv/sql-on-fhir/CodeSystem/LibraryTypesCodes';
const FHIR_JSON = 'application/fhir+json';

/** Kicks off an export of a query as Parquet; returns its status URL. */
export async function kickOffQuery(
  fhirUrl: string,
  query: Query,
  source: string,
  signal: AbortSignal,
): Promise<string> {
  const response = await fetch(`${fhirUrl}/$sql-export`, {
    method: 'POST',
    headers: { 'Content-Type': FHIR_JSON, Prefer: 'respond-async' },
    body: parametersOf(query, source, [
      { name: 'subject', part: [{ name: 'subjectResource', resource: libraryOf(query) }] },
      { name: '_format', valueCode: 'parquet' },
    ]),
    signal,
  });
  const location = response.headers.get('content-location');
  if (response.status !== 202 || location === null)
    throw new Error(`kick-off: ${response.status} ${await response.text()}`);
  return location;
}

/** Runs a query, and gives the milliseconds until all rows had come. */
export async function timeQuery(
  fhirUrl: string,
  query: Query,
  source: string,
  signal: AbortSignal,
): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(`${fhirUrl}/$sql-run`, {
    method: 'POST',
    headers: { 'Content-Type': FHIR_JSON },
    body: parametersOf(query, source, [{ name: 'subjectResource', resource: libraryOf(query) }]),
    signal,
  });
  const body = await response.text();
  if (response.status !== 200) throw new Error(`run: ${response.status} ${body}`);
  return performance.now() - startedAt;
}

function parametersOf({ over }: Query, source: string, more: readonly object[]): string {
  const context = over.map(({ view }) => ({ name: 'context', resource: view }));
  const parameter = [...more, ...context, { name: 'source', valueString: source }];
  return JSON.stringify({ resourceType: 'Parameters', parameter });
}

function libraryOf({ sql, over }: Query): object {
  return {
    resourceType: 'Library',
    name: 'query',
    status: 'active',
    type: { coding: [{ system: SYSTEM, code: 'sql-query' }] },
    content: [{ contentType: 'application/sql', data: Buffer.from(sql).toString('base64') }],
    relatedArtifact: over.map(({ name, view }) => {
      return { type: 'depends-on', resource: String(view['url']), label: name };
    }),
  };
}

import { until } from '../until.js';

/** Requests and answers of Bulk Data, written out by hand from the guide: no code of the product is used. */
const HEADERS = { Accept: 'application/fhir+json', Prefer: 'respond-async' };

/** @param target such as `Patient/$export?_type=Patient` */
export function get(
  fhirUrl: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${fhirUrl}/${target}`, { headers: { ...HEADERS, ...headers }, redirect: 'manual' });
}

export function post(
  fhirUrl: string,
  target: string,
  parameter: readonly object[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${fhirUrl}/${target}`, {
    method: 'POST',
    headers: { ...HEADERS, 'Content-Type': 'application/fhir+json', ...headers },
    body: JSON.stringify({ resourceType: 'Parameters', parameter }),
    redirect: 'manual',
  });
}

export const LENIENT = { Prefer: 'respond-async, handling=lenient' };

export const text = (name: string, valueString: string): object => ({ name, valueString });
export const patient = (id: string): object => {
  return { name: 'patient', valueReference: { reference: `Patient/${id}` } };
};

export interface Outcome {
  readonly resourceType: string;
  readonly issue: readonly {
    readonly severity: string;
    readonly code: string;
    readonly diagnostics: string;
    readonly expression?: readonly string[];
  }[];
}

export interface Item {
  readonly type?: string;
  readonly url: string;
  readonly count: number;
  readonly fileSize?: number;
  readonly countSeverity?: readonly { readonly code: string; readonly count: number }[];
  readonly extension?: unknown;
}

export interface Manifest {
  readonly transactionTime: string;
  readonly request?: string;
  readonly requiresAccessToken: boolean;
  readonly output: readonly Item[];
  readonly deleted?: readonly Item[];
  readonly error?: readonly Item[];
  readonly outcome?: readonly Item[];
}

/** The status URL of an accepted export. */
export async function accepted(response: Response): Promise<string> {
  const body = await response.text();
  if (response.status !== 202) throw new Error(`${response.status} ${body}`);
  return response.headers.get('content-location') ?? '';
}

/** The status, and `code expression` for each issue. */
export async function refusalOf(response: Response): Promise<readonly (number | string)[]> {
  const { resourceType, issue } = (await response.json()) as Outcome;
  if (resourceType !== 'OperationOutcome') throw new Error(`${response.status} is a ${resourceType}`);
  return [response.status, ...issue.map(({ code, expression = ['-'] }) => `${code} ${expression.join()}`)];
}

/** Polls until the export is over. */
export async function ended(statusUrl: string): Promise<Response> {
  return until(async () => {
    const poll = await fetch(statusUrl, { headers: { Accept: 'application/json' } });
    const isRunning = poll.status === 202 || poll.headers.get('x-export-status')?.startsWith('202') === true;
    // 429: these tests poll more often than a client that minds Retry-After.
    if (!isRunning && poll.status !== 429) return poll;
    await poll.arrayBuffer();
    return undefined;
  }, `${statusUrl} to be over`);
}

export async function manifestOf(statusUrl: string): Promise<Manifest> {
  const response = await ended(statusUrl);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Manifest;
}

/** The manifest of a kick-off, and the resources of its files. */
export async function exported(kickOff: Promise<Response>): Promise<{
  readonly statusUrl: string;
  readonly manifest: Manifest;
  /** Sorted ids by type. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
}> {
  const statusUrl = await accepted(await kickOff);
  const manifest = await manifestOf(statusUrl);
  const ids: Record<string, string[]> = {};
  for (const { type = '', url } of manifest.output) {
    const found = (await resourcesIn(url)).map(({ id }) => String(id));
    ids[type] = [...(ids[type] ?? []), ...found].sort();
  }
  return { statusUrl, manifest, ids };
}

export async function textOf(url: string): Promise<string> {
  const response = await fetch(url, { headers: { Accept: 'application/fhir+ndjson' } });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return response.text();
}

export async function resourcesIn(url: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const lines = (await textOf(url)).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

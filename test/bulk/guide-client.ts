import { setTimeout as wait } from 'node:timers/promises';

/**
 * A client of Bulk Data written from the guide (https://hl7.org/fhir/uv/bulkdata/STU3/export.html), with `fetch` and nothing
 * of the product. It takes what the guide says a server SHALL do for granted, and throws where it does not.
 */
export interface GuideExport {
  readonly statusUrl: string;
  readonly manifest: GuideManifest;
  /** Lines by resource type, in the order of the manifest. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
  /** Of the files of `output`, as they came. */
  readonly bytes: number;
}

export interface GuideManifest {
  readonly transactionTime: string;
  readonly request: string;
  readonly requiresAccessToken: boolean;
  readonly output: readonly GuideFile[];
  readonly deleted?: readonly GuideFile[];
  readonly error: readonly GuideFile[];
}

interface GuideFile {
  readonly type: string;
  readonly url: string;
  readonly count?: number;
}

/** No export of these tests takes as many polls. */
const MAX_POLLS = 600;
/** A server may ask for more than a test has time for. */
const MAX_WAIT_MS = 1000;

/**
 * Exports at a level and downloads all files of it.
 *
 * @param path below the FHIR base: `Patient/$export`
 */
export async function exportByGuide(
  base: string,
  path: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<GuideExport> {
  const query = new URLSearchParams(parameters).toString();
  const kickOff = await fetch(`${base}/${path}${query === '' ? '' : `?${query}`}`, {
    headers: { Accept: 'application/fhir+json', Prefer: 'respond-async' },
  });
  const statusUrl = kickOff.headers.get('content-location');
  if (kickOff.status !== 202 || statusUrl === null || !URL.canParse(statusUrl))
    throw new Error(`kick-off: ${kickOff.status} ${statusUrl} ${await kickOff.text()}`);
  await kickOff.arrayBuffer();
  const manifest = await manifestOf(statusUrl);
  const lines = new Map<string, string[]>();
  let bytes = 0;
  for (const file of manifest.output) {
    const found = await linesOf(file);
    bytes += found.bytes;
    lines.set(file.type, [...(lines.get(file.type) ?? []), ...found.lines]);
  }
  return { statusUrl, manifest, lines, bytes };
}

async function manifestOf(statusUrl: string): Promise<GuideManifest> {
  for (let polls = 0; polls < MAX_POLLS; polls += 1) {
    const poll = await fetch(statusUrl, { headers: { Accept: 'application/json' }, redirect: 'error' });
    const text = await poll.text();
    if (poll.status === 200) {
      const type = poll.headers.get('content-type');
      if (type?.startsWith('application/json') !== true) throw new Error(`a manifest of type ${type}`);
      if (poll.headers.get('expires') === null) throw new Error('a manifest without Expires');
      return JSON.parse(text) as GuideManifest;
    }
    if (poll.status !== 202 && poll.status !== 429) throw new Error(`poll: ${poll.status} ${text}`);
    const seconds = Number(poll.headers.get('retry-after') ?? '1');
    await wait(Math.min(MAX_WAIT_MS, seconds * 1000));
  }
  throw new Error(`${statusUrl} did not end`);
}

async function linesOf({
  type,
  url,
  count,
}: GuideFile): Promise<{ lines: readonly string[]; bytes: number }> {
  const response = await fetch(url, {
    headers: { Accept: 'application/fhir+ndjson', 'Accept-Encoding': 'gzip' },
  });
  const body = Buffer.from(await response.arrayBuffer());
  const contentType = response.headers.get('content-type');
  if (response.status !== 200 || contentType?.startsWith('application/fhir+ndjson') !== true)
    throw new Error(`download: ${response.status} ${contentType}`);
  const lines = body.toString('utf8').split('\n');
  if (lines.pop() !== '') throw new Error(`${url} ends without a line feed`);
  for (const line of lines) {
    const resource = JSON.parse(line) as { readonly resourceType?: unknown };
    if (resource.resourceType !== type) throw new Error(`a ${String(resource.resourceType)} among ${type}`);
  }
  if (count !== lines.length) throw new Error(`${lines.length} resources where ${count} are stated`);
  return { lines, bytes: body.length };
}

import { until } from '../until.js';

/** What the tests send and read on the wire, written out by hand: no code of the product is used. */
export interface ExportFile {
  readonly url: string;
  readonly body: Buffer;
}

export interface FinishedExport {
  readonly statusUrl: string;
  readonly manifest: Parameters;
  /** Files of each output, in order. */
  readonly outputs: ReadonlyMap<string, readonly ExportFile[]>;
}

interface Part {
  readonly name: string;
  readonly part?: readonly Part[];
  readonly [value: string]: unknown;
}

export interface Parameters {
  readonly resourceType: 'Parameters';
  readonly parameter: readonly Part[];
}

export interface KickOff {
  readonly views: readonly Readonly<Record<string, unknown>>[];
  readonly format: string;
  readonly source?: string;
  readonly header?: boolean;
  /** Whether views that cannot be meant are accepted. */
  readonly handling?: 'lenient';
  /** Further parameters, as they are. */
  readonly more?: readonly object[];
}

/** Kicks off `$sql-export` with inline views; returns the status URL. */
export async function kickOff(baseUrl: string, request: KickOff): Promise<string> {
  const handling = request.handling === undefined ? '' : `, handling=${request.handling}`;
  const response = await fetch(`${baseUrl}/$sql-export`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json', Prefer: `respond-async${handling}` },
    body: JSON.stringify({
      resourceType: 'Parameters',
      parameter: [
        ...request.views.map((view) => ({
          name: 'subject',
          part: [{ name: 'subjectResource', resource: view }],
        })),
        { name: '_format', valueCode: request.format },
        ...(request.source === undefined ? [] : [{ name: 'source', valueString: request.source }]),
        ...(request.header === undefined ? [] : [{ name: 'header', valueBoolean: request.header }]),
        ...(request.more ?? []),
      ],
    }),
  });
  if (response.status !== 202) throw new Error(`kick-off: ${response.status} ${await response.text()}`);
  const location = response.headers.get('content-location');
  if (location === null) throw new Error('kick-off: no Content-Location');
  return location;
}

/** Polls until this share of a running export is done. @throws Error when the export ends before */
export async function untilProgress(statusUrl: string, percent: number): Promise<void> {
  await until(async () => {
    const poll = await fetch(statusUrl, { redirect: 'manual' });
    await poll.arrayBuffer();
    if (poll.status === 429) return false;
    if (poll.status !== 202) throw new Error(`the export was over (${poll.status}) before ${percent} %`);
    return Number.parseInt(poll.headers.get('x-progress') ?? '', 10) >= percent;
  }, `the export to reach ${percent} %`);
}

/** Polls until the export has ended; returns the result response (manifest or outcome). */
export async function resultOf(statusUrl: string, limitMs = 120_000): Promise<Response> {
  const result = await until(
    async () => {
      const poll = await fetch(statusUrl, { redirect: 'manual' });
      if (poll.status === 303) return poll.headers.get('location') ?? '';
      // A store that is away for a moment is told as 503, and the client asks again.
      // 429: these tests poll more often than a client that minds Retry-After.
      if (![202, 429, 503].includes(poll.status))
        throw new Error(`poll: ${poll.status} ${await poll.text()}`);
      await poll.arrayBuffer();
      return undefined;
    },
    `${statusUrl} to be over`,
    limitMs,
  );
  return fetch(result);
}

/** Waits for a completed export and downloads all its files. */
export async function download(statusUrl: string, limitMs?: number): Promise<FinishedExport> {
  const result = await resultOf(statusUrl, limitMs);
  if (result.status !== 200) throw new Error(`result: ${result.status} ${await result.text()}`);
  const manifest = (await result.json()) as Parameters;
  const outputs = new Map<string, ExportFile[]>();
  for (const { part = [] } of manifest.parameter.filter(({ name }) => name === 'output')) {
    const name = String(part.find((item) => item.name === 'name')?.valueString);
    const files: ExportFile[] = [];
    for (const { valueUri } of part.filter((item) => item.name === 'location')) {
      const response = await fetch(String(valueUri));
      if (response.status !== 200) throw new Error(`download: ${response.status} ${await response.text()}`);
      files.push({ url: String(valueUri), body: Buffer.from(await response.arrayBuffer()) });
    }
    outputs.set(name, files);
  }
  return { statusUrl, manifest, outputs };
}

/** What the NDJSON files of an output say, in order. */
export function rowsIn(files: readonly ExportFile[] = []): unknown[] {
  const lines = files.flatMap(({ body }) => body.toString('utf8').split('\n'));
  return lines.filter((line) => line !== '').map((line): unknown => JSON.parse(line));
}

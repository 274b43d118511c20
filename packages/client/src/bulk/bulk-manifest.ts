import * as z from 'zod';
import { UnexpectedAnswerError } from '../errors.js';

/** The content of a file of a manifest: resources, Bundles of deletions, or OperationOutcomes. */
export type BulkFileKind = 'output' | 'deleted' | 'error';

/** One file of a manifest. Facts that a server does not state are undefined. */
export interface BulkFile {
  readonly kind: BulkFileKind;
  readonly type: string;
  /** Absolute. */
  readonly url: string;
  /** Resources, one on each line. */
  readonly count: number | undefined;
  readonly bytes: number | undefined;
  /** As version 4 states it: unpacked, or as it is sent. */
  readonly fileSize: number | undefined;
  /** Hex. */
  readonly sha256: string | undefined;
}

/** One page of the manifest of a Bulk Data export; most have one only. */
export interface ManifestPage {
  /** Where it was asked for. Asked for again, it has the same files, at other URLs if these expire. */
  readonly url: string;
  readonly transactionTime: string;
  /** URL of the kick-off, which version 4 does not state. */
  readonly request: string | undefined;
  readonly requiresAccessToken: boolean;
  readonly files: readonly BulkFile[];
  /** Absolute URL of the next page. */
  readonly next: string | undefined;
}

/** Facts about a file, as a server of Millrace states them. */
const EXPORT_FILE_EXTENSION = 'urn:millrace:fhir:extension:export-file';

const factsSchema = z.looseObject({
  bytes: z.number().int().nonnegative().optional(),
  sha256: z.string().optional(),
});

const itemSchema = z.looseObject({
  type: z.string().optional(),
  url: z.string(),
  count: z.number().int().nonnegative().nullish(),
  fileSize: z.number().int().nonnegative().nullish(),
  extension: z.unknown().optional(),
});

const itemsSchema = z.array(itemSchema).nullish();

const manifestSchema = z.looseObject({
  transactionTime: z.string(),
  request: z.string().nullish(),
  // Absent, it is taken as false: no token is sent to a place that did not ask for one.
  requiresAccessToken: z.boolean().default(false),
  output: itemsSchema,
  deleted: itemsSchema,
  error: itemsSchema,
  // `error` of version 4.
  outcome: itemsSchema,
  link: z.array(z.looseObject({ relation: z.string(), url: z.string() })).nullish(),
});

/**
 * Reads a manifest of version 2, 3 or 4 of the guide.
 *
 * @param json the body of an answer
 * @param asked where the page was asked for
 * @param url of the answer, behind redirects; relative URLs are read from there
 * @throws UnexpectedAnswerError
 */
export function readBulkManifest(json: unknown, asked: string, url: string): ManifestPage {
  const read = manifestSchema.safeParse(json);
  if (!read.success) {
    throw new UnexpectedAnswerError(url, `no Bulk Data manifest (${z.prettifyError(read.error)})`, 'one');
  }
  const { transactionTime, request, requiresAccessToken, output, deleted, error, outcome, link } = read.data;
  const next = link?.find(({ relation }) => relation === 'next')?.url;
  return {
    url: asked,
    transactionTime,
    request: request ?? undefined,
    requiresAccessToken,
    files: [
      ...(output ?? []).map((item) => readItem(item, 'output', url)),
      ...(deleted ?? []).map((item) => readItem(item, 'deleted', url)),
      ...[...(error ?? []), ...(outcome ?? [])].map((item) => readItem(item, 'error', url)),
    ],
    next: next === undefined ? undefined : absolute(next, url),
  };
}

const DEFAULT_TYPES: Readonly<Record<BulkFileKind, string | undefined>> = {
  output: undefined,
  deleted: 'Bundle',
  error: 'OperationOutcome',
};

function readItem(item: z.infer<typeof itemSchema>, kind: BulkFileKind, url: string): BulkFile {
  const type = item.type ?? DEFAULT_TYPES[kind];
  // It becomes part of a file name.
  if (type === undefined || !/^[A-Za-z]{1,64}$/.test(type)) {
    throw new UnexpectedAnswerError(
      url,
      `a file of "${kind}" with the type ${JSON.stringify(item.type)}`,
      'the name of a resource type',
    );
  }
  return {
    kind,
    type,
    url: absolute(item.url, url),
    count: item.count ?? undefined,
    fileSize: item.fileSize ?? undefined,
    ...factsOf(item.extension),
  };
}

/** Extensions are open to every server, so that one of another form is no fault. */
function factsOf(extension: unknown): Pick<BulkFile, 'bytes' | 'sha256'> {
  const read = z.looseObject({ [EXPORT_FILE_EXTENSION]: factsSchema }).safeParse(extension);
  const facts = read.success ? read.data[EXPORT_FILE_EXTENSION] : undefined;
  return { bytes: facts?.bytes, sha256: facts?.sha256 };
}

function absolute(found: string, url: string): string {
  const read = URL.canParse(found, url) ? new URL(found, url) : undefined;
  if (read === undefined || !/^https?:$/.test(read.protocol)) {
    throw new UnexpectedAnswerError(url, `the URL ${JSON.stringify(found)}`, 'an http or https URL');
  }
  return read.href;
}

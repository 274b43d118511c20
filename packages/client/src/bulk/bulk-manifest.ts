import * as z from 'zod';
import { absoluteUrl } from '../absolute-url.js';
import { EXPORT_FILE_EXTENSION } from '../declared.js';
import { UnexpectedAnswerError } from '../errors.js';

/** The content of a file of a manifest: resources, Bundles of deletions, or OperationOutcomes. */
export type BulkFileKind = 'output' | 'deleted' | 'error';

/** One file of a manifest. Facts that a server does not state are undefined. */
export interface BulkFile {
  readonly kind: BulkFileKind;
  /** Undefined for a file of blocks, in which resources of several types are behind headers. */
  readonly type: string | undefined;
  /** The type, or `blocks-of-Patient`: files are named after it. */
  readonly name: string;
  /** Absolute. */
  readonly url: string;
  /** Resources, one on each line. Of blocks, some servers count the headers and others do not. */
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
  outputOrganizedBy: z.string().nullish(),
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
  const { transactionTime, request, requiresAccessToken, link } = read.data;
  const { outputOrganizedBy, output, deleted, error, outcome } = read.data;
  const itemsOf = (items: typeof output, kind: BulkFileKind): readonly BulkFile[] =>
    (items ?? []).map((item) => readItem(item, kind, outputOrganizedBy ?? undefined, url));
  const next = link?.find(({ relation }) => relation === 'next')?.url;
  return {
    url: asked,
    transactionTime,
    request: request ?? undefined,
    requiresAccessToken,
    files: [
      ...itemsOf(output, 'output'),
      ...itemsOf(deleted, 'deleted'),
      ...itemsOf(error, 'error'),
      ...itemsOf(outcome, 'error'),
    ],
    next: next === undefined ? undefined : absoluteUrl(next, url),
  };
}

/** Whether a body is a manifest, or a page of one, and not that of another operation. */
export function isBulkManifest(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'transactionTime' in json;
}

const DEFAULT_TYPES: Readonly<Record<BulkFileKind, string | undefined>> = {
  output: undefined,
  deleted: 'Bundle',
  error: 'OperationOutcome',
};

/**
 * @param organizedBy the type that has blocks. Then the files of output have no types
 *   (https://hl7.org/fhir/uv/bulkdata/STU3/export.html#bulk-data-output-file-organization)
 */
function readItem(
  item: z.infer<typeof itemSchema>,
  kind: BulkFileKind,
  organizedBy: string | undefined,
  url: string,
): BulkFile {
  const type = item.type ?? DEFAULT_TYPES[kind];
  const named = type ?? organizedBy;
  // It becomes part of a file name.
  if (named === undefined || !/^[A-Za-z]{1,64}$/.test(named)) {
    throw new UnexpectedAnswerError(
      url,
      `a file of "${kind}" with the type ${JSON.stringify(named)}`,
      'the name of a resource type, or "outputOrganizedBy" with one',
    );
  }
  return {
    kind,
    type,
    name: type ?? `blocks-of-${named}`,
    url: absoluteUrl(item.url, url),
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

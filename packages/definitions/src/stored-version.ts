import { fhirJsonText, isJsonObject, parseFhirJson } from '@millrace/fhir';
import * as z from 'zod';

/** A resource as it is stored: with its id, and with its version and time in `meta`. Decimals of constants are text. */
export type StoredResource = Readonly<Record<string, unknown>> & { readonly resourceType: string };

/** The content of a version. */
export interface StoredContent {
  readonly resource: StoredResource;
  /** Its JSON, as it was given apart from `id` and `meta`: numbers and unknown elements as they were. */
  readonly json: Buffer;
}

/** One version of a definition. Without `content` it is the tombstone of a deletion. */
export interface StoredVersion {
  readonly id: string;
  /** Counts from 1 for each id, deletions included. */
  readonly version: number;
  /** ISO instant. */
  readonly lastUpdated: string;
  /** The transaction that it belongs to: it counts once that is decided so. */
  readonly transaction?: string;
  readonly content?: StoredContent;
}

/** As its object holds it, in this order. Objects without `isExact` have the elements that another order and other numbers gave. */
const storedSchema = z.object({
  schemaVersion: z.literal(1),
  id: z.string(),
  version: z.int().min(1),
  lastUpdated: z.iso.datetime(),
  transaction: z.string().optional(),
  isExact: z.literal(true).optional(),
  resource: z.looseObject({ resourceType: z.string() }).optional(),
});

export function encodeVersion({ id, version, lastUpdated, transaction, content }: StoredVersion): string {
  const head = JSON.stringify({
    schemaVersion: 1,
    id,
    version,
    lastUpdated,
    ...(transaction === undefined ? {} : { transaction }),
    ...(content === undefined ? {} : { isExact: true }),
  });
  if (content === undefined) return head;
  return `${head.slice(0, -1)},"resource":${content.json.toString('utf8')}}`;
}

/** The head that `encodeVersion` writes before a resource. */
const EXACT_HEAD =
  /^\{"schemaVersion":1,"id":"[^"]*","version":\d+,"lastUpdated":"[^"]*"(?:,"transaction":"[^"]*")?,"isExact":true,"resource":/;

export function decodeVersion(text: string): StoredVersion {
  const [head] = EXACT_HEAD.exec(text) ?? [];
  if (head === undefined) return decodeAny(text);
  const { resource: _none, ...version } = storedSchema.parse(JSON.parse(`${head.slice(0, -12)}}`));
  const json = text.slice(head.length, -1);
  const resource = parseFhirJson(json);
  if (!isResource(resource)) throw new Error('a stored definition holds no resource');
  return versionOf(version, { resource, json: Buffer.from(json) });
}

/** Versions that were written before the text of a resource was kept, and tombstones. */
function decodeAny(text: string): StoredVersion {
  const { resource, ...version } = storedSchema.parse(JSON.parse(text));
  if (resource === undefined) return versionOf(version, undefined);
  const { resourceType, id: _id, meta, ...elements } = resource;
  const { id, lastUpdated } = version;
  const given = isJsonObject(meta) ? meta : {};
  const complete = {
    resourceType,
    id,
    meta: { ...given, versionId: String(version.version), lastUpdated },
    ...elements,
  };
  return versionOf(version, { resource: complete, json: Buffer.from(fhirJsonText(complete)) });
}

function versionOf(
  { id, version, lastUpdated, transaction }: Omit<z.infer<typeof storedSchema>, 'resource'>,
  content: StoredContent | undefined,
): StoredVersion {
  return {
    id,
    version,
    lastUpdated,
    ...(transaction === undefined ? {} : { transaction }),
    ...(content === undefined ? {} : { content }),
  };
}

function isResource(value: unknown): value is StoredResource {
  return isJsonObject(value) && typeof value['resourceType'] === 'string';
}

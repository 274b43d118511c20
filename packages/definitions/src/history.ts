import { definitionOf } from './definition.js';
import type { Definition } from './definition.js';
import type { DefinitionType } from './definition-type.js';
import { refused } from './errors.js';
import type { StoredVersion } from './stored-version.js';
import type { ListedVersion, VersionObjects } from './version-objects.js';

/** Which versions a request asks for. */
export interface HistoryPage {
  /** Most entries. */
  readonly count: number;
  /** The last entry of the page before, as that page has told it. */
  readonly after: string | undefined;
  /** Milliseconds since the epoch: only versions from then on. */
  readonly since: number | undefined;
}

export interface HistoryEntry {
  readonly type: DefinitionType;
  readonly id: string;
  readonly versionId: string;
  /** ISO instant. */
  readonly lastUpdated: string;
  /** Undefined for a deletion. */
  readonly definition: Definition | undefined;
}

export interface History {
  /** The latest one first. */
  readonly entries: readonly HistoryEntry[];
  /** For `after` of the next page; undefined at the end. */
  readonly next: string | undefined;
}

const READS_AT_ONCE = 8;
/** Of all resources of a page: a page with more ends before. */
const MOST_BYTES = 8 << 20;
/** Of one listing: it is sorted in memory. */
const MOST_LISTED = 20_000;

/**
 * The versions of one definition by number, or those of all definitions of a type by the times at which the store got them.
 *
 * @param id undefined for all
 * @returns undefined where the definition has no version
 * @throws DefinitionRefusedError 422
 */
export async function readHistory(
  objects: VersionObjects,
  type: DefinitionType,
  id: string | undefined,
  page: HistoryPage,
): Promise<History | undefined> {
  const { count, after, since } = page;
  const listed: ListedVersion[] = [];
  for await (const version of objects.list(id)) {
    listed.push(version);
    if (listed.length > MOST_LISTED) {
      const of = id === undefined ? `all definitions of ${type}` : `${type}/${id}`;
      throw refused(422, 'too-costly', `the history of ${of} has more than ${MOST_LISTED} versions`);
    }
  }
  if (id !== undefined && listed.length === 0) return undefined;
  const keyOf = id === undefined ? timeKey : numberKey;
  const ordered = listed
    .map((version) => ({ version, key: keyOf(version) }))
    .filter(({ key }) => after === undefined || key < after)
    .sort((one, other) => (one.key < other.key ? 1 : -1));
  const entries: HistoryEntry[] = [];
  let last: string | undefined;
  let bytes = 0;
  for (let at = 0; at < ordered.length; at += READS_AT_ONCE) {
    const slice = ordered.slice(at, at + READS_AT_ONCE);
    const read = await Promise.all(slice.map(({ version }) => objects.read(version.id, version.version)));
    for (const [index, version] of read.entries()) {
      if (version === undefined || (since !== undefined && Date.parse(version.lastUpdated) < since)) continue;
      if (entries.length === count || bytes > MOST_BYTES) return { entries, next: last };
      bytes += version.content?.json.length ?? 0;
      entries.push(entryOf(type, version));
      last = slice[index]?.key;
    }
    // Versions that were stored before the time cannot have a later one.
    const isOver = since !== undefined && (slice.at(-1)?.version.modifiedAt.getTime() ?? 0) < since - SKEW_MS;
    if (isOver) break;
  }
  return { entries, next: undefined };
}

/** By which clocks of the store and of servers may differ. */
const SKEW_MS = 300_000;

function entryOf(type: DefinitionType, version: StoredVersion): HistoryEntry {
  const { id, lastUpdated } = version;
  return {
    type,
    id,
    versionId: String(version.version),
    lastUpdated,
    definition: definitionOf(type, version),
  };
}

function numberKey({ version }: ListedVersion): string {
  return String(version).padStart(10, '0');
}

function timeKey({ id, version, modifiedAt }: ListedVersion): string {
  return `${String(modifiedAt.getTime()).padStart(15, '0')}:${id}:${numberKey({ id, version, modifiedAt })}`;
}

import type { DefinitionType } from './definition-type.js';
import type { StoredResource, StoredVersion } from './stored-version.js';

/** A definition as clients see it: `resource` carries its id, and its version and time in `meta`. */
export interface Definition {
  readonly type: DefinitionType;
  readonly id: string;
  readonly versionId: string;
  /** ISO instant. */
  readonly lastUpdated: string;
  readonly resource: StoredResource;
  /** The same, in the bytes that clients get. */
  readonly json: Buffer;
}

const made = new WeakMap<StoredVersion, Definition>();

/**
 * Always the same object for a version, so that callers may remember facts about it. Undefined for a
 * tombstone.
 */
export function definitionOf(
  type: DefinitionType,
  version: StoredVersion | undefined,
): Definition | undefined {
  if (version?.content === undefined) return undefined;
  const known = made.get(version);
  if (known !== undefined) return known;
  const { id, lastUpdated, content } = version;
  const definition = { type, id, versionId: String(version.version), lastUpdated, ...content };
  made.set(version, definition);
  return definition;
}

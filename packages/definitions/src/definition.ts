import type { StoredVersion, ViewDefinition } from './stored-version.js';

/** A definition as clients see it: `resource` carries its id, and its version and time in `meta`. */
export interface Definition {
  readonly id: string;
  readonly versionId: string;
  /** ISO instant. */
  readonly lastUpdated: string;
  readonly resource: ViewDefinition;
}

const made = new WeakMap<StoredVersion, Definition>();

/**
 * Always the same object for a version, so that callers may remember facts about it. Undefined for a
 * tombstone.
 */
export function definitionOf(version: StoredVersion | undefined): Definition | undefined {
  if (version?.resource === undefined) return undefined;
  const definition = made.get(version) ?? asDefinition(version, version.resource);
  made.set(version, definition);
  return definition;
}

export function asDefinition(version: StoredVersion, content: ViewDefinition): Definition {
  const { id, lastUpdated } = version;
  const versionId = String(version.version);
  const { resourceType, id: _id, meta, ...elements } = content;
  const resource = { resourceType, id, meta: { ...meta, versionId, lastUpdated }, ...elements };
  return { id, versionId, lastUpdated, resource };
}

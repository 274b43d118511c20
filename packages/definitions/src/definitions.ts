import { randomUUID } from 'node:crypto';
import type { Canonical, Issue } from '@millrace/fhir';
import { ownRound } from '@millrace/threads';
import { appendVersion } from './append-version.js';
import type { VersionPorts } from './append-version.js';
import { chooseByCanonical } from './canonical-choice.js';
import { checkDefinition } from './check-definition.js';
import type { CheckView, Handling } from './check-definition.js';
import { asDefinition, definitionOf } from './definition.js';
import type { Definition } from './definition.js';
import { DefinitionRefusedError, VersionMismatchError } from './errors.js';
import { createLatestVersions, readLatest } from './latest-versions.js';
import { searchVersions } from './search.js';
import type { DefinitionQuery } from './search.js';
import type { StoredVersion, ViewDefinition } from './stored-version.js';
import { isDefinitionId } from './version-key.js';

export type ReadDefinition =
  | { kind: 'found'; definition: Definition }
  | { kind: 'deleted'; versionId: string; lastUpdated: string }
  | { kind: 'absent' };

export interface StoredDefinition {
  readonly definition: Definition;
  /** Warnings about it. */
  readonly warnings: readonly Issue[];
}

/** ViewDefinitions of one tenant, with their versions. */
export interface Definitions {
  /** @throws DefinitionRefusedError */
  create(body: unknown, handling?: Handling): Promise<StoredDefinition>;
  /**
   * Stores the next version, the first one if there is none.
   *
   * @param ifMatch version that must be the latest one
   * @param handling strict by default
   * @throws DefinitionRefusedError, VersionMismatchError, DefinitionConflictError
   */
  update(
    id: string,
    body: unknown,
    ifMatch?: string,
    handling?: Handling,
  ): Promise<StoredDefinition & { outcome: 'created' | 'updated' }>;
  read(id: string): Promise<ReadDefinition>;
  /** All that match, in the order of their ids. */
  search(query: DefinitionQuery): Promise<readonly Definition[]>;
  /**
   * Stores a tombstone. A definition that does not exist is left alone.
   *
   * @returns version of the tombstone; undefined when there was nothing to delete
   * @throws VersionMismatchError, DefinitionConflictError
   */
  remove(id: string, ifMatch?: string): Promise<string | undefined>;
  /** The latest version of the definition that a literal reference names. */
  byReference(reference: { readonly type: string; readonly id: string }): Promise<ViewDefinition | undefined>;
  /** Without a version: active before draft, then the highest version. */
  byCanonical(canonical: Canonical): Promise<ViewDefinition | undefined>;
}

/**
 * The object store holds the truth, one object for each version. All API instances read through one shared
 * cache, so that all of them see a change as soon as one of them has answered with it.
 */
export function createDefinitions(
  ports: VersionPorts & {
    readonly checkView: CheckView;
    /** That all definitions may take, in their latest versions: every instance keeps them in memory. */
    readonly mostBytes: number;
  },
): Definitions {
  const latestVersions = createLatestVersions(ports);

  async function refuseBeyondRoom(id: string, resource: ViewDefinition): Promise<void> {
    const { versions, bytes } = await latestVersions();
    await ownRound();
    const replaced = versions.get(id)?.resource;
    const more = sizeOf(resource) - (replaced === undefined ? 0 : sizeOf(replaced));
    if (more <= 0 || bytes + more <= ports.mostBytes) return;
    const diagnostics = `the stored definitions would have ${bytes} bytes, and the server keeps at most ${ports.mostBytes}; delete some of them`;
    throw new DefinitionRefusedError(422, [{ severity: 'error', code: 'too-costly', diagnostics }]);
  }

  async function save(id: string, resource: ViewDefinition, ifMatch?: string) {
    await refuseBeyondRoom(id, resource);
    const { latest, written } = await appendVersion(ports, id, (found) => {
      if (ifMatch !== undefined) requireVersion(id, found, ifMatch);
      return { resource };
    });
    const outcome: 'created' | 'updated' = latest?.resource === undefined ? 'created' : 'updated';
    return { definition: asDefinition(written, resource), outcome };
  }

  return {
    async create(body, handling = 'strict') {
      const { resource, warnings } = await checkDefinition(body, handling, ports.checkView);
      const { definition } = await save(randomUUID(), resource);
      return { definition, warnings };
    },
    async update(id, body, ifMatch, handling = 'strict') {
      const { resource, warnings } = await checkDefinition(body, handling, ports.checkView);
      refuseWrongId(id, resource);
      return { ...(await save(id, resource, ifMatch)), warnings };
    },
    async read(id) {
      const found = (await latestVersions()).versions.get(id);
      if (found === undefined) return { kind: 'absent' };
      const definition = definitionOf(found);
      if (definition !== undefined) return { kind: 'found', definition };
      return { kind: 'deleted', versionId: String(found.version), lastUpdated: found.lastUpdated };
    },
    async search(query) {
      return searchVersions((await latestVersions()).versions.values(), query);
    },
    async remove(id, ifMatch) {
      if (!isDefinitionId(id)) return undefined;
      const latest = await readLatest(ports.store, ports.tenant, id);
      if (ifMatch !== undefined) requireVersion(id, latest, ifMatch);
      if (latest?.resource === undefined) return undefined;
      const { written } = await appendVersion(ports, id, (found) => {
        if (ifMatch !== undefined) requireVersion(id, found, ifMatch);
        return {};
      });
      return String(written.version);
    },
    async byReference({ type, id }) {
      return type === 'ViewDefinition'
        ? definitionOf((await latestVersions()).versions.get(id))?.resource
        : undefined;
    },
    async byCanonical(canonical) {
      return definitionOf(chooseByCanonical((await latestVersions()).versions.values(), canonical))?.resource;
    },
  };
}

function sizeOf(resource: ViewDefinition): number {
  return Buffer.byteLength(JSON.stringify(resource));
}

function requireVersion(id: string, latest: StoredVersion | undefined, expected: string): void {
  const found = definitionOf(latest)?.versionId;
  if (found !== expected) throw new VersionMismatchError(id, expected, found);
}

function refuseWrongId(id: string, resource: ViewDefinition): void {
  const refuse = (diagnostics: string): never => {
    throw new DefinitionRefusedError(400, [
      { severity: 'error', code: 'invalid', diagnostics, expression: ['ViewDefinition.id'] },
    ]);
  };
  if (!isDefinitionId(id))
    refuse(`the id must have 1 to 64 letters, digits, "-" or ".", but was ${JSON.stringify(id)}`);
  // https://hl7.org/fhir/http.html#update: the body names the same id as the address.
  if (resource.id !== id)
    refuse(`the id of the body must be ${id}, as in the address, but was ${resource.id ?? 'absent'}`);
}

import type { Canonical, Issue } from '@millrace/fhir';
import type { ObjectStore } from '@millrace/storage';
import { chooseByCanonical, businessVersion } from './canonical-choice.js';
import type { Change } from './change.js';
import { checkDefinition } from './check-definition.js';
import type { CheckResource, CheckedDefinition, GivenResource, Handling } from './check-definition.js';
import { createDecisions } from './decisions.js';
import type { DefinitionCache } from './definition-cache.js';
import { definitionOf } from './definition.js';
import type { Definition } from './definition.js';
import { DEFINITION_TYPES } from './definition-type.js';
import type { DefinitionType } from './definition-type.js';
import { EntryFailedError } from './errors.js';
import { readHistory } from './history.js';
import type { History, HistoryPage } from './history.js';
import { createLatestVersions } from './latest-versions.js';
import { makeChanges } from './make-changes.js';
import type { ChangeSet, MadeChange, TypeStore } from './make-changes.js';
import { matchingVersions, pageOf } from './search.js';
import type { DefinitionQuery, FoundDefinitions } from './search.js';
import type { StoredResource, StoredVersion } from './stored-version.js';
import { createVersionObjects } from './version-objects.js';
import { isDefinitionId } from './version-key.js';

export type ReadDefinition =
  | { kind: 'found'; definition: Definition }
  | { kind: 'deleted'; versionId: string; lastUpdated: string }
  | { kind: 'absent' };

/** A change that was made, with the definition as it is now. */
export interface ChangedDefinition extends Omit<MadeChange, 'version'> {
  /** Undefined after a deletion. */
  readonly definition: Definition | undefined;
  /** Of the tombstone; undefined where nothing was ever there. */
  readonly versionId: string | undefined;
  /** Warnings about it. */
  readonly warnings: readonly Issue[];
}

/** Definitions of one tenant, with their versions. */
export interface Definitions {
  /**
   * Static checks, before anything is stored.
   *
   * @param handling strict by default
   * @throws DefinitionRefusedError
   */
  check(type: DefinitionType, given: GivenResource, handling?: Handling): Promise<CheckedDefinition>;
  /** @throws DefinitionRefusedError, VersionMismatchError, DefinitionConflictError */
  change(change: Change): Promise<ChangedDefinition>;
  /** Makes all changes, or none. @throws EntryFailedError, DefinitionConflictError */
  changeTogether(set: ChangeSet): Promise<readonly ChangedDefinition[]>;
  read(type: DefinitionType, id: string): Promise<ReadDefinition>;
  /** One version, the latest or an earlier one. */
  readVersion(type: DefinitionType, id: string, versionId: string): Promise<ReadDefinition>;
  /** The versions of one definition, or of all of a type; undefined where it has none. @throws DefinitionRefusedError */
  history(type: DefinitionType, id: string | undefined, page: HistoryPage): Promise<History | undefined>;
  /** A page of all that match, in the order of their ids. */
  search(type: DefinitionType, query: DefinitionQuery): Promise<FoundDefinitions>;
  /** The definition that a literal reference names, in its latest version or the one that is named. */
  byReference(reference: {
    readonly type: string;
    readonly id: string;
    readonly versionId?: string | undefined;
  }): Promise<StoredResource | undefined>;
  /**
   * Without a version: active before draft, then the highest version. A ViewDefinition or Library comes before a ValueSet, and
   * that before a ConceptMap. Of several versions of a ValueSet or ConceptMap none is chosen: `versionsOf` tells them.
   */
  byCanonical(canonical: Canonical): Promise<StoredResource | undefined>;
  /** The business versions of all definitions with this URL; the empty text for one without. */
  versionsOf(url: string): Promise<readonly string[]>;
}

export interface DefinitionPorts {
  readonly store: ObjectStore;
  cacheOf(type: DefinitionType): DefinitionCache;
  readonly tenant: string;
  readonly checkResource: CheckResource;
  /** That all definitions may take, in their latest versions: every instance keeps them in memory. */
  readonly mostBytes: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * The object store holds the truth, one object for each version. All API instances read through one shared
 * cache, so that all of them see a change as soon as one of them has answered with it.
 */
export function createDefinitions(ports: DefinitionPorts): Definitions {
  const { store, tenant } = ports;
  const decisions = createDecisions(ports);
  const openType = (type: DefinitionType): TypeStore => {
    const objects = createVersionObjects({ store, tenant, type, decisions });
    const cache = ports.cacheOf(type);
    return { objects, cache, latestVersions: createLatestVersions(objects, cache) };
  };
  const stores: Readonly<Record<DefinitionType, TypeStore>> = {
    ViewDefinition: openType('ViewDefinition'),
    Library: openType('Library'),
    ValueSet: openType('ValueSet'),
    ConceptMap: openType('ConceptMap'),
  };

  async function latest(type: DefinitionType): Promise<ReadonlyMap<string, StoredVersion>> {
    return (await stores[type].latestVersions()).versions;
  }

  async function changeTogether(set: ChangeSet): Promise<readonly ChangedDefinition[]> {
    const made = await makeChanges(set, { ...ports, stores, decisions });
    return made.map(({ outcome, type, id, version }, at) => {
      const change = set.changes[at];
      return {
        outcome,
        type,
        id,
        definition: definitionOf(type, version),
        versionId: version === undefined ? undefined : String(version.version),
        warnings: change === undefined || change.kind === 'delete' ? [] : change.given.warnings,
      };
    });
  }

  async function readVersion(type: DefinitionType, id: string, versionId: string): Promise<ReadDefinition> {
    if (!isDefinitionId(id) || !/^[1-9]\d{0,9}$/.test(versionId)) return { kind: 'absent' };
    const known = (await latest(type)).get(id);
    const isLatest = known?.version === Number(versionId);
    return asRead(type, isLatest ? known : await stores[type].objects.read(id, Number(versionId)));
  }

  async function withUrl(types: readonly DefinitionType[], url: string): Promise<readonly StoredVersion[]> {
    const all = await Promise.all(types.map((type) => latest(type)));
    return all.flatMap((versions) =>
      [...versions.values()].filter(({ content }) => content?.resource['url'] === url),
    );
  }

  return {
    check: (type, given, handling = 'strict') => checkDefinition(type, given, handling, ports.checkResource),
    changeTogether,
    async change(change) {
      try {
        const [made] = await changeTogether({ changes: [change], references: new Map() });
        if (made === undefined) throw new Error('a change has no outcome');
        return made;
      } catch (error) {
        throw error instanceof EntryFailedError ? error.cause : error;
      }
    },
    async read(type, id) {
      return asRead(type, (await latest(type)).get(id));
    },
    readVersion,
    history: (type, id, page) =>
      id !== undefined && !isDefinitionId(id)
        ? Promise.resolve(undefined)
        : readHistory(stores[type].objects, type, id, page),
    async search(type, query) {
      return pageOf(await matchingVersions(type, (await latest(type)).values(), query.criteria), query);
    },
    async byReference({ type: named, id, versionId }) {
      const type = DEFINITION_TYPES.find((one) => one === named);
      if (type === undefined) return undefined;
      if (versionId === undefined) return (await latest(type)).get(id)?.content?.resource;
      const read = await readVersion(type, id, versionId);
      return read.kind === 'found' ? read.definition.resource : undefined;
    },
    async byCanonical(canonical) {
      const { url, version } = canonical;
      const runnable = chooseByCanonical(await withUrl(['ViewDefinition', 'Library'], url), canonical);
      if (runnable !== undefined) return runnable.content?.resource;
      for (const type of ['ValueSet', 'ConceptMap'] as const) {
        const candidates = await withUrl([type], url);
        const isUndecided = version === undefined && new Set(candidates.map(businessVersion)).size > 1;
        const chosen = isUndecided ? undefined : chooseByCanonical(candidates, canonical);
        if (chosen !== undefined || isUndecided) return chosen?.content?.resource;
      }
      return undefined;
    },
    async versionsOf(url) {
      return [...new Set((await withUrl(DEFINITION_TYPES, url)).map(businessVersion))];
    },
  };
}

function asRead(type: DefinitionType, version: StoredVersion | undefined): ReadDefinition {
  if (version === undefined) return { kind: 'absent' };
  const definition = definitionOf(type, version);
  if (definition !== undefined) return { kind: 'found', definition };
  return { kind: 'deleted', versionId: String(version.version), lastUpdated: version.lastUpdated };
}

import type { ObjectStore } from '@millrace/storage';
import type { Decisions } from './decisions.js';
import type { DefinitionType } from './definition-type.js';
import { decodeVersion, encodeVersion } from './stored-version.js';
import type { StoredVersion } from './stored-version.js';
import { definitionsPrefix, parseVersionKey, versionKey } from './version-key.js';

/** Where the versions of one definition stand. */
export interface LatestState {
  /** The latest version that counts. */
  readonly latest: StoredVersion | undefined;
  /** The number of the last version that there is, whether or not it counts. The next one has the number behind it. */
  readonly last: number;
  /** Whether a transaction that is not decided holds the last version. */
  readonly isHeld: boolean;
}

/** A version object that a listing found. */
export interface ListedVersion {
  readonly id: string;
  readonly version: number;
  readonly modifiedAt: Date;
}

/** The versions of all definitions of one type, in the object store itself. */
export interface VersionObjects {
  /** @param known a version that is known to count; only later ones are looked for */
  latest(id: string, known?: StoredVersion): Promise<LatestState>;
  /** Undefined where there is none, or none that counts. */
  read(id: string, version: number): Promise<StoredVersion | undefined>;
  /** False when the version is there already. */
  create(version: StoredVersion): Promise<boolean>;
  /** All versions, of one definition or of all, in the order of ids and numbers. */
  list(id?: string): AsyncIterable<ListedVersion>;
  /** The transaction that a version is of, whether or not it counts; undefined where there is none. */
  transactionOf(id: string, version: number): Promise<string | undefined>;
  remove(id: string, versions: readonly number[]): Promise<void>;
  /** Its key in the store. */
  keyOf(version: Pick<StoredVersion, 'id' | 'version'>): string;
}

export function createVersionObjects(ports: {
  readonly store: ObjectStore;
  readonly tenant: string;
  readonly type: DefinitionType;
  readonly decisions: Decisions;
}): VersionObjects {
  const { store, tenant, type, decisions } = ports;

  async function readAny(id: string, version: number): Promise<StoredVersion | undefined> {
    const body = await store.read(versionKey(tenant, type, id, version));
    return body === undefined ? undefined : decodeVersion(Buffer.from(body).toString('utf8'));
  }

  function decisionOf({ transaction, lastUpdated }: StoredVersion) {
    return transaction === undefined ? 'committed' : decisions.find(transaction, lastUpdated);
  }

  function listed({
    key,
    modifiedAt,
  }: {
    readonly key: string;
    readonly modifiedAt: Date;
  }): ListedVersion | undefined {
    const found = parseVersionKey(tenant, type, key);
    return found === undefined ? undefined : { ...found, modifiedAt };
  }

  async function* list(id?: string, after?: string): AsyncGenerator<ListedVersion> {
    const prefix = definitionsPrefix(tenant, type);
    for await (const entry of store.list(id === undefined ? prefix : `${prefix}${id}/`, after)) {
      const found = listed(entry);
      if (found !== undefined) yield found;
    }
  }

  return {
    async latest(id, known) {
      const after = known === undefined ? undefined : versionKey(tenant, type, id, known.version);
      const later: number[] = [];
      for await (const { version } of list(id, after)) later.push(version);
      const last = later.at(-1) ?? known?.version ?? 0;
      let isHeld = false;
      for (const version of later.toReversed()) {
        const found = await readAny(id, version);
        if (found === undefined) continue;
        const decision = await decisionOf(found);
        if (decision === 'committed') return { latest: found, last, isHeld };
        if (decision === 'undecided') isHeld = true;
      }
      return { latest: known, last, isHeld };
    },
    async read(id, version) {
      const found = await readAny(id, version);
      return found !== undefined && (await decisionOf(found)) === 'committed' ? found : undefined;
    },
    async create(version) {
      const key = versionKey(tenant, type, version.id, version.version);
      return (await store.createIfAbsent(key, Buffer.from(encodeVersion(version)))) === 'created';
    },
    list: (id) => list(id),
    keyOf: ({ id, version }) => versionKey(tenant, type, id, version),
    async transactionOf(id, version) {
      return (await readAny(id, version))?.transaction;
    },
    async remove(id, versions) {
      if (versions.length > 0)
        await store.remove(versions.map((version) => versionKey(tenant, type, id, version)));
    },
  };
}

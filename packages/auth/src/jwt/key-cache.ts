import { setTimeout as delay } from 'node:timers/promises';
import { createLocalJWKSet, errors } from 'jose';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { KeysUnavailableError } from '../errors.js';
import { fetchKeys } from './key-document.js';
import type { FetchKeys } from './key-document.js';
import type { KeyDocument, SharedKeys } from './shared-keys.js';

/** Where a document says nothing about it. */
const DEFAULT_AGE_MS = 300_000;
const LONGEST_AGE_MS = 86_400_000;
/**
 * Between two requests for one document. A key that is not in it may be new, or made up: made up ones must not become requests
 * to the issuer.
 */
const COOLDOWN_MS = 10_000;
/** While the issuer is away, its last keys count so much longer. A key that it has withdrawn counts as long. */
const GRACE_MS = 600_000;

/** For so long an instance waits for the document that another one asks for at this moment. */
const LOOKS = 20;
const LOOK_MS = 100;

interface Known {
  readonly find: JWTVerifyGetKey;
  readonly freshUntil: number;
}

/** The world of a cache of keys. */
export interface KeyCachePorts {
  /** Ms since the epoch. */
  readonly now?: () => number;
  readonly fetch?: FetchKeys;
  /** Absent: this instance asks for itself. */
  readonly shared?: SharedKeys | undefined;
  readonly pause?: (ms: number) => Promise<void>;
}

/**
 * The keys of a URL, for all requests of this process: one request for the document at a time, kept as long as its
 * `Cache-Control` says. A token that names a key which is not there has the document read again. Instances that share their
 * documents ask for one of them once in a while, all together; while these cannot be shared, each asks for itself.
 *
 * @throws KeysUnavailableError where there are no keys and none can be had; errors of `jose` for a key that is not there
 */
export function cachedKeys(
  url: string,
  { now = Date.now, fetch = fetchKeys, shared, pause = (ms) => delay(ms) }: KeyCachePorts = {},
): JWTVerifyGetKey {
  let known: Known | undefined;
  let fetching: Promise<Known> | undefined;
  let triedAt = -Infinity;
  let failure: KeysUnavailableError | undefined;

  /** The keys in memory, as long as they count. */
  function held(): Known | undefined {
    return known !== undefined && now() < known.freshUntil + GRACE_MS ? known : undefined;
  }

  async function load(isMissing: boolean): Promise<Known> {
    triedAt = now();
    try {
      known = (await fromOthers(isMissing)) ?? (await fromIssuer());
      failure = undefined;
      return known;
    } catch (error) {
      failure = error instanceof KeysUnavailableError ? error : new KeysUnavailableError(String(error));
      throw failure;
    } finally {
      fetching = undefined;
    }
  }

  async function fromIssuer(): Promise<Known> {
    const { keys, maxAgeSeconds } = await fetch(url);
    const age = maxAgeSeconds === undefined ? DEFAULT_AGE_MS : maxAgeSeconds * 1000;
    const readAt = now();
    const freshUntil = readAt + Math.min(age, LONGEST_AGE_MS);
    // Others do without.
    await shared?.write(url, { keys, readAt, freshUntil }).catch(() => undefined);
    return { find: createLocalJWKSet(keys), freshUntil };
  }

  /**
   * The document of another instance. Undefined where this one has to ask for it: it is its turn, nothing can be shared, or it
   * has no keys and others do not get any.
   */
  async function fromOthers(isMissing: boolean): Promise<Known | undefined> {
    if (shared === undefined) return undefined;
    try {
      for (let look = 0; look < LOOKS; look += 1) {
        const document = await shared.read(url);
        if (document !== undefined && serves(document, isMissing))
          return { find: createLocalJWKSet(document.keys), freshUntil: document.freshUntil };
        if (await shared.takeTurn(url, COOLDOWN_MS)) return undefined;
        await pause(LOOK_MS);
      }
      return held();
    } catch {
      return undefined;
    }
  }

  /** A key that is missing may be newer than a document. */
  function serves({ readAt, freshUntil }: KeyDocument, isMissing: boolean): boolean {
    return now() - readAt < COOLDOWN_MS || (!isMissing && now() < freshUntil);
  }

  async function refreshed(isMissing: boolean): Promise<Known> {
    if (fetching !== undefined) return fetching;
    if (now() - triedAt < COOLDOWN_MS) {
      const usable = held();
      if (usable !== undefined) return usable;
      if (failure !== undefined) throw failure;
    }
    fetching = load(isMissing);
    return fetching;
  }

  async function current(): Promise<Known> {
    if (known !== undefined && now() < known.freshUntil) return known;
    try {
      return await refreshed(false);
    } catch (error) {
      const usable = held();
      if (usable !== undefined) return usable;
      throw error;
    }
  }

  return async (header, token) => {
    const keys = await current();
    try {
      return await keys.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const others = await refreshed(true).catch(() => keys);
      if (others === keys) throw error;
      return others.find(header, token);
    }
  };
}

/** The keys of a document that is at hand. */
export function givenKeys(keys: JSONWebKeySet): JWTVerifyGetKey {
  return createLocalJWKSet(keys);
}

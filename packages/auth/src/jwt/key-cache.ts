import { createLocalJWKSet, errors } from 'jose';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { KeysUnavailableError } from '../errors.js';
import { fetchKeys } from './key-document.js';
import type { FetchKeys } from './key-document.js';

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

interface Known {
  readonly find: JWTVerifyGetKey;
  readonly freshUntil: number;
}

/**
 * The keys of a URL, for all requests of this process: one request for the document at a time, kept as long as its
 * `Cache-Control` says. A token that names a key which is not there has the document read again.
 *
 * @throws KeysUnavailableError where there are no keys and none can be had; errors of `jose` for a key that is not there
 */
export function cachedKeys(
  url: string,
  now: () => number = Date.now,
  fetch: FetchKeys = fetchKeys,
): JWTVerifyGetKey {
  let known: Known | undefined;
  let fetching: Promise<Known> | undefined;
  let triedAt = -Infinity;
  let failure: KeysUnavailableError | undefined;

  async function load(): Promise<Known> {
    triedAt = now();
    try {
      const { keys, maxAgeSeconds } = await fetch(url);
      const age = maxAgeSeconds === undefined ? DEFAULT_AGE_MS : maxAgeSeconds * 1000;
      failure = undefined;
      known = { find: createLocalJWKSet(keys), freshUntil: now() + Math.min(age, LONGEST_AGE_MS) };
      return known;
    } catch (error) {
      failure = error instanceof KeysUnavailableError ? error : new KeysUnavailableError(String(error));
      throw failure;
    } finally {
      fetching = undefined;
    }
  }

  async function refreshed(): Promise<Known> {
    if (fetching !== undefined) return fetching;
    if (now() - triedAt < COOLDOWN_MS) {
      if (known !== undefined && now() < known.freshUntil + GRACE_MS) return known;
      if (failure !== undefined) throw failure;
    }
    fetching = load();
    return fetching;
  }

  async function current(): Promise<Known> {
    if (known !== undefined && now() < known.freshUntil) return known;
    try {
      return await refreshed();
    } catch (error) {
      if (known !== undefined && now() < known.freshUntil + GRACE_MS) return known;
      throw error;
    }
  }

  return async (header, token) => {
    const keys = await current();
    try {
      return await keys.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const others = await refreshed().catch(() => keys);
      if (others === keys) throw error;
      return others.find(header, token);
    }
  };
}

/** The keys of a document that is at hand. */
export function givenKeys(keys: JSONWebKeySet): JWTVerifyGetKey {
  return createLocalJWKSet(keys);
}

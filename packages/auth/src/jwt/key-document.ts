import type { JSONWebKeySet, JWK } from 'jose';
import * as z from 'zod';
import { KeysUnavailableError } from '../errors.js';

const MOST_BYTES = 256 << 10;
const MOST_KEYS = 100;
const PATIENCE_MS = 5_000;

const keySchema = z
  .looseObject({ kty: z.enum(['RSA', 'EC']), kid: z.string().min(1).max(512).optional() })
  .refine((key) => !('d' in key), 'a key has its private part; expected public keys only');

/** Keys of other kinds may be in a document; they verify nothing here. */
const documentSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(MOST_KEYS) });

/** The public keys of a JWKS. @throws ZodError */
export function readKeySet(json: unknown): JSONWebKeySet {
  const { keys } = documentSchema.parse(json);
  const known = keys.filter(({ kty }) => kty === 'RSA' || kty === 'EC').map((key) => keySchema.parse(key));
  // The rest of a key is read by `jose`, which refuses what it cannot use.
  return { keys: known as unknown as JWK[] };
}

/** A key set, and how long it may be kept. */
export interface FetchedKeys {
  readonly keys: JSONWebKeySet;
  /** Seconds of `Cache-Control`; undefined where it says nothing. 0: it must not be kept. */
  readonly maxAgeSeconds: number | undefined;
}

/** Gets the keys of an issuer or a client. */
export type FetchKeys = (url: string) => Promise<FetchedKeys>;

/** Within bounds of time and bytes, and from the URL of the configuration only: redirects are refused. @throws KeysUnavailableError */
export const fetchKeys: FetchKeys = async (url) => {
  try {
    const response = await fetch(url, {
      headers: { Accept: 'application/jwk-set+json, application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.status !== 200) throw new Error(`it was answered with ${response.status}`);
    const text = await textOf(response);
    return {
      keys: readKeySet(JSON.parse(text)),
      maxAgeSeconds: maxAgeOf(response.headers.get('Cache-Control')),
    };
  } catch (error) {
    throw new KeysUnavailableError(`the keys at ${url} cannot be read`, { cause: error });
  }
};

async function textOf(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw new Error(`it is longer than ${MOST_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2 */
export function maxAgeOf(cacheControl: string | null): number | undefined {
  const directives = (cacheControl ?? '').split(',').map((word) => word.trim().toLowerCase());
  if (directives.some((word) => word === 'no-store' || word === 'no-cache')) return 0;
  const [, seconds] =
    directives.map((word) => /^max-age="?(\d{1,9})"?$/.exec(word)).find((match) => match !== null) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}

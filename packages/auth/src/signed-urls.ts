import { createHmac, timingSafeEqual } from 'node:crypto';
import { isTenant } from './principal.js';
import type { PurposeKeys } from './secrets.js';

/** The one file that a signed URL is for. */
export interface SignedFile {
  readonly tenant: string;
  readonly exportId: string;
  readonly name: string;
}

/** The verdict on the query of a URL. */
export type SignatureVerdict =
  /** The URL is not signed. */
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'valid'; readonly tenant: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'wrong' };

/**
 * Signs the URL of one file, for whoever has it.
 *
 * @param expiresAt ms since the epoch
 * @returns the query, with its question mark
 */
export function signFile(file: SignedFile, expiresAt: number, [signing]: PurposeKeys): string {
  const expires = String(Math.floor(expiresAt / 1000));
  const signature = signatureOf(file, expires, signing.key).toString('base64url');
  return `?tenant=${file.tenant}&expires=${expires}&key=${signing.id}&signature=${signature}`;
}

/**
 * Holds the query of a URL to the file that its path names. Which part of a signature is right shows in no time that it takes.
 *
 * @param query each parameter a text; a list where it repeats
 */
export function verifySignedFile(
  { exportId, name }: Omit<SignedFile, 'tenant'>,
  query: Readonly<Record<string, unknown>>,
  keys: PurposeKeys,
  now: number,
): SignatureVerdict {
  const { tenant, expires, key: id, signature } = query;
  if (signature === undefined) return { kind: 'unsigned' };
  const key = keys.find((one) => one.id === id);
  if (
    key === undefined ||
    typeof tenant !== 'string' ||
    !isTenant(tenant) ||
    typeof expires !== 'string' ||
    !/^\d{1,12}$/.test(expires) ||
    typeof signature !== 'string'
  )
    return { kind: 'wrong' };
  const expected = signatureOf({ tenant, exportId, name }, expires, key.key);
  // As text: several texts decode to the same bytes.
  const [given, wanted] = [Buffer.from(signature), Buffer.from(expected.toString('base64url'))];
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return { kind: 'wrong' };
  return Number(expires) * 1000 <= now ? { kind: 'expired' } : { kind: 'valid', tenant };
}

function signatureOf({ tenant, exportId, name }: SignedFile, expires: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify([tenant, exportId, name, expires]))
    .digest();
}

import type { webcrypto } from 'node:crypto';

/** A private key as a JWK. https://www.rfc-editor.org/rfc/rfc7517 */
export interface ClientKey {
  readonly kty: string;
  readonly kid: string;
  /** Of an EC key: `P-384`. */
  readonly crv?: string | undefined;
  readonly [member: string]: unknown;
}

/** An assertion must not count for more than five minutes. Clocks differ. */
const LIFETIME_SECONDS = 240;

const ES384 = {
  name: 'ES384',
  key: { name: 'ECDSA', namedCurve: 'P-384' },
  sign: { name: 'ECDSA', hash: 'SHA-384' },
} as const;
const RS384 = {
  name: 'RS384',
  key: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' },
  sign: { name: 'RSASSA-PKCS1-v1_5' },
} as const;

/**
 * The JWT by which a client shows who it is.
 * https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html#authenticating-to-the-token-endpoint
 *
 * @throws TypeError for a key that can sign by none of the algorithms of SMART
 */
export async function signAssertion({
  clientId,
  audience,
  key,
  now,
}: {
  readonly clientId: string;
  readonly audience: string;
  readonly key: ClientKey;
  /** Ms since the epoch. */
  readonly now: number;
}): Promise<string> {
  const { crypto } = globalThis;
  const algorithm = algorithmOf(key);
  // `use`, `key_ops` and `alg` of a key that was made elsewhere may name another purpose, which the platform would refuse.
  const { use: _use, key_ops: _operations, alg: _algorithm, ...bare } = key;
  const signing = await crypto.subtle
    .importKey('jwk', bare as webcrypto.JsonWebKey, algorithm.key, false, ['sign'])
    .catch((cause: unknown) => {
      throw new TypeError('the key of the client cannot be used: a private key as a JWK is expected', {
        cause,
      });
    });
  const seconds = Math.floor(now / 1000);
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: audience,
    exp: seconds + LIFETIME_SECONDS,
    iat: seconds,
    jti: crypto.randomUUID(),
  };
  const head = encoded(JSON.stringify({ alg: algorithm.name, kid: key.kid, typ: 'JWT' }));
  const signed = `${head}.${encoded(JSON.stringify(claims))}`;
  const signature = await crypto.subtle.sign(algorithm.sign, signing, new TextEncoder().encode(signed));
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}

function algorithmOf({ kty, crv }: ClientKey): typeof ES384 | typeof RS384 {
  if (kty === 'RSA') return RS384;
  if (kty === 'EC' && crv === 'P-384') return ES384;
  throw new TypeError('the key of the client is neither an RSA key nor one of the curve P-384');
}

function encoded(text: string): string {
  return base64url(new TextEncoder().encode(text));
}

function base64url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

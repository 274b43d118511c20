import { createPublicKey } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { JSONWebKeySet, JWK, JWTVerifyGetKey } from 'jose';
import * as z from 'zod';
import { SettingsFileError } from '../errors.js';
import { givenKeys } from '../jwt/key-cache.js';
import { readKeySet } from '../jwt/key-document.js';
import { isTenant } from '../principal.js';
import { readScopes } from '../scopes.js';
import type { Scopes } from '../scopes.js';
import { problemOf } from '../tenants.js';

/** A client that may have tokens, as an operator has registered it. */
export interface RegisteredClient {
  readonly id: string;
  readonly tenant: string;
  /** The most that it gets. */
  readonly scopes: Scopes;
  readonly keys: JWTVerifyGetKey;
  /** Where its keys are; undefined where they were registered themselves. */
  readonly keysUrl: string | undefined;
}

/** By client id. */
export type RegisteredClients = Pick<ReadonlyMap<string, RegisteredClient>, 'get'>;

/** A client as the file of clients has it. */
export interface Registration extends Omit<RegisteredClient, 'keys'> {
  /** Undefined where its keys are at a URL. */
  readonly keySet: JSONWebKeySet | undefined;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether keys may be read from there: an attacker on the way could put other ones in their place. */
export function isSafeKeysUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

const clientSchema = z
  .strictObject({
    client_id: z.string().min(1).max(512),
    tenant: z.string().refine(isTenant, 'must be up to 63 letters, digits and hyphens').default('default'),
    scope: z.string().min(1),
    jwks: z.unknown().optional(),
    jwks_uri: z.string().refine(isSafeKeysUrl, 'must be an https:// address').optional(),
  })
  .refine(
    ({ jwks, jwks_uri }) => (jwks === undefined) !== (jwks_uri === undefined),
    'must have either jwks or jwks_uri',
  );

const clientsSchema = z.strictObject({ clients: z.array(clientSchema).max(10_000) });

/**
 * Reads the file of clients: `{"clients": [{"client_id", "tenant", "scope", "jwks" or "jwks_uri"}]}`, in the words of
 * https://www.rfc-editor.org/rfc/rfc7591#section-2.
 *
 * @throws SettingsFileError
 */
export async function readClients(file: string): Promise<readonly Registration[]> {
  let given: z.infer<typeof clientsSchema>;
  try {
    given = clientsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new SettingsFileError(file, `is no list of clients: ${problemOf(error)}`, { cause: error });
  }
  const clients = new Map<string, Registration>();
  for (const [index, { client_id: id, tenant, scope, jwks, jwks_uri }] of given.clients.entries()) {
    if (clients.has(id)) throw new SettingsFileError(file, `has the client of clients[${index}] twice`);
    try {
      const keySet = jwks_uri === undefined ? readKeySet(jwks) : undefined;
      if (keySet !== undefined) requireUsable(keySet);
      clients.set(id, { id, tenant, scopes: readScopes(scope), keySet, keysUrl: jwks_uri });
    } catch (error) {
      throw new SettingsFileError(file, `has no public keys in clients[${index}].jwks: ${problemOf(error)}`, {
        cause: error,
      });
    }
  }
  return [...clients.values()];
}

/** @param keysAt the keys at a URL, which many clients may share */
export function openClients(
  registrations: readonly Registration[],
  keysAt: (url: string) => JWTVerifyGetKey,
): ReadonlyMap<string, RegisteredClient> {
  return new Map(
    registrations.map(({ keySet, ...client }) => {
      // Either is there: the file was checked.
      const keys = keySet === undefined ? keysAt(client.keysUrl ?? '') : givenKeys(keySet);
      return [client.id, { ...client, keys }];
    }),
  );
}

/** An assertion is verified by no weaker key: https://www.rfc-editor.org/rfc/rfc7518#section-3.3 */
const LEAST_MODULUS_BITS = 2048;

/** @throws Error for a key by which nothing could be verified, so that its client does not find out first */
function requireUsable({ keys }: JSONWebKeySet): void {
  if (keys.length === 0) throw new Error('it has no key of the kind RSA or EC');
  for (const [index, jwk] of keys.entries()) {
    const { asymmetricKeyDetails: { modulusLength = LEAST_MODULUS_BITS } = {} } = publicKeyOf(jwk, index);
    if (modulusLength < LEAST_MODULUS_BITS)
      throw new Error(`keys[${index}] has ${modulusLength} bits; expected ${LEAST_MODULUS_BITS} or more`);
  }
}

function publicKeyOf(jwk: JWK, index: number): KeyObject {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch (error) {
    throw new Error(`keys[${index}] is no public key`, { cause: error });
  }
}

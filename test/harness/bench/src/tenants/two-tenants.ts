import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backendServices, connect, SYSTEM_CLOCK } from '@millrace/client';
import type { Client, ClientKey, Clock } from '@millrace/client';

export const TENANTS = ['large', 'small'] as const;
export type TenantName = (typeof TENANTS)[number];

/** Times would be multiples of the second that a poll is told to wait: polls come ten times as often. */
const IMPATIENT: Clock = { now: Date.now, wait: (ms, signal) => SYSTEM_CLOCK.wait(ms / 10, signal) };

/** An API that tells two tenants apart. */
export interface TwoTenants {
  /** Settings of its services. */
  readonly environment: Readonly<Record<string, string>>;
  clientOf(tenant: TenantName, server: string): Client;
}

/**
 * Registers a client for each of two tenants.
 *
 * @param folder where its files go
 * @param sources name of the source of each tenant
 */
export async function registerTenants(
  folder: string,
  sources: Readonly<Record<TenantName, string>>,
): Promise<TwoTenants> {
  const keys = new Map<TenantName, ClientKey>();
  const clients = TENANTS.map((tenant) => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const kid = `key-${tenant}`;
    // A JWK of an EC key has these members.
    keys.set(tenant, { ...privateKey.export({ format: 'jwk' }), kid } as ClientKey);
    const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid }] };
    return { client_id: tenant, tenant, scope: 'system/*.rs', jwks };
  });
  const tenants = Object.fromEntries(TENANTS.map((tenant) => [tenant, { sources: [sources[tenant]] }]));
  const files = {
    AUTH_CLIENTS_FILE: ['clients.json', JSON.stringify({ clients })],
    AUTH_TENANTS_FILE: ['tenants.json', JSON.stringify({ tenants })],
    AUTH_SECRETS_FILE: ['secrets', randomBytes(32).toString('hex')],
  } as const;
  const environment: Record<string, string> = { AUTH_MODE: 'smart' };
  for (const [setting, [name, text]] of Object.entries(files)) {
    environment[setting] = join(folder, name);
    await writeFile(join(folder, name), text);
  }
  return {
    environment,
    clientOf(tenant, server) {
      const key = keys.get(tenant);
      if (key === undefined) throw new Error(`there is no tenant ${tenant}`);
      return connect(server, {
        authorization: backendServices({ server, clientId: tenant, key }),
        clock: IMPATIENT,
      });
    },
  };
}

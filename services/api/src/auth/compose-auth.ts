import { readFile } from 'node:fs/promises';
import {
  cachedKeys,
  givenKeys,
  jwtAuthenticator,
  keysFor,
  ownTokenAuthenticator,
  openClients,
  readClients,
  readKeySet,
  readSecrets,
  readTenants,
  redisSeenAssertions,
  redisSharedKeys,
  rememberTokens,
  SettingsFileError,
} from '@millrace/auth';
import type { Authenticator, Registration, Tenants, TokenTerms } from '@millrace/auth';
import { ConfigurationError } from '@millrace/configuration';
import type { Events, Logger } from '@millrace/observability';
import type { RedisClient } from '@millrace/redis';
import type { ApiConfig } from '../config.js';
import { filesBySignedUrl, filesForClients } from './file-access.js';
import type { FileAccess } from './file-access.js';
import { anonymous, byToken } from './identify.js';
import type { Identification } from './identify.js';

/** The files that settings name, read once at start. */
export interface AuthFiles {
  readonly tenants: Tenants | undefined;
  readonly clients: readonly Registration[];
  readonly secrets: readonly string[];
  readonly keys: ReturnType<typeof givenKeys> | undefined;
}

/** The identification of clients at one FHIR base. */
export interface Auth extends Identification {
  readonly files: FileAccess;
  /** Undefined where clients are not told apart. */
  readonly authenticator: Authenticator | undefined;
  /** Of this server or of the identity provider; undefined where there is none, or none is known. */
  readonly tokenUrl: string | undefined;
  /** Undefined where this server issues no tokens. */
  readonly tokens: TokenTerms | undefined;
}

/** Path below the FHIR base of the token endpoint. No resource type is written so. */
export const TOKEN_PATH = '/token';

/** @throws SettingsFileError; ConfigurationError for files that do not fit each other */
export async function readAuthFiles(
  config: ApiConfig['auth'],
  log: Pick<Logger, 'warn'>,
): Promise<AuthFiles> {
  if (config.mode === 'none')
    log.warn('AUTH_MODE is none: everybody who reaches the API may export everything');
  const { tenantsFile, clientsFile, secretsFile, keysFile } = config;
  const isSmart = config.mode === 'smart';
  const files = {
    tenants: tenantsFile === undefined ? undefined : await readTenants(tenantsFile),
    clients: isSmart && clientsFile !== undefined ? await readClients(clientsFile) : [],
    secrets: secretsFile === undefined ? [] : await readSecrets(secretsFile),
    keys: keysFile === undefined ? undefined : givenKeys(await keySetOf(keysFile)),
  };
  const tenantsOfClients = new Set(files.clients.map(({ tenant }) => tenant));
  if (files.tenants === undefined && tenantsOfClients.size > 1)
    throw new ConfigurationError([
      'AUTH_TENANTS_FILE must be set when the clients of AUTH_CLIENTS_FILE are of several tenants: it says which sources each of them may export',
    ]);
  return files;
}

async function keySetOf(file: string): Promise<ReturnType<typeof readKeySet>> {
  try {
    return readKeySet(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new SettingsFileError(file, 'is no JWKS of public keys', { cause: error });
  }
}

/** What the identification of clients needs of the world. */
export interface AuthPorts {
  readonly redis: RedisClient;
  readonly prefix: string;
  readonly events: Pick<Events, 'sharedKeysDistrusted'>;
}

/** @param baseUrl FHIR base, as clients are told */
export function composeAuth(
  config: ApiConfig['auth'],
  files: AuthFiles,
  baseUrl: string,
  ports: AuthPorts,
): Auth {
  const identity = composeIdentity(config, files, baseUrl, ports);
  const isSigned = config.downloads === 'signed';
  return {
    ...identity,
    files: isSigned
      ? filesBySignedUrl(baseUrl, keysFor(files.secrets, 'signed-url'), config.downloadLifetimeMs)
      : filesForClients(baseUrl, identity.authenticator !== undefined),
  };
}

function composeIdentity(
  config: ApiConfig['auth'],
  files: AuthFiles,
  baseUrl: string,
  ports: AuthPorts,
): Omit<Auth, 'files'> {
  const keysAt = keyCaches(files.secrets, ports);
  switch (config.mode) {
    case 'none': {
      const { identify } = anonymous(config.tenant ?? 'default');
      return { identify, authenticator: undefined, tokenUrl: undefined, tokens: undefined };
    }
    case 'jwt': {
      const { issuer = '', audience = baseUrl, tenantClaim, tenant = '', tokenUrl } = config;
      const verifying = jwtAuthenticator({
        ...config,
        issuer,
        audience,
        keys: files.keys ?? keysAt(config.keysUrl ?? ''),
        tenant: tenantClaim === undefined ? { fixed: tenant } : { claim: tenantClaim },
      });
      const authenticator = rememberTokens(verifying);
      return {
        ...byToken(authenticator, baseUrl, files.tenants),
        authenticator,
        tokenUrl,
        tokens: undefined,
      };
    }
    case 'smart': {
      const clients = openClients(files.clients, keysAt);
      const tokenUrl = `${baseUrl}${TOKEN_PATH}`;
      const terms = {
        baseUrl,
        clients,
        tokenUrl,
        keys: keysFor(files.secrets, 'access-token'),
        seen: redisSeenAssertions(ports),
        lifetimeSeconds: config.tokenLifetimeSeconds,
        now: Date.now,
      };
      const authenticator = rememberTokens(ownTokenAuthenticator(terms, clients));
      return { ...byToken(authenticator, baseUrl, files.tenants), authenticator, tokenUrl, tokens: terms };
    }
    default:
      return config.mode satisfies never;
  }
}

type KeysOfUrl = ReturnType<typeof cachedKeys>;

/** The keys at each URL, once. Without a secret that signs what instances share, each asks for itself. */
function keyCaches(
  secrets: readonly string[],
  { redis, prefix, events }: AuthPorts,
): (url: string) => KeysOfUrl {
  const shared =
    secrets.length === 0
      ? undefined
      : redisSharedKeys({
          redis,
          prefix,
          keysOf: () => keysFor(secrets, 'shared-keys'),
          onDistrusted: events.sharedKeysDistrusted,
        });
  const caches = new Map<string, KeysOfUrl>();
  return (url) => {
    const cache = caches.get(url) ?? cachedKeys(url, { shared });
    caches.set(url, cache);
    return cache;
  };
}

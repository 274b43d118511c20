import { readFile } from 'node:fs/promises';
import {
  cachedKeys,
  givenKeys,
  jwtAuthenticator,
  keysFor,
  ownTokenAuthenticator,
  readClients,
  readKeySet,
  readSecrets,
  readTenants,
  redisSeenAssertions,
  rememberTokens,
  SettingsFileError,
} from '@millrace/auth';
import type { Authenticator, RegisteredClients, Tenants, TokenTerms } from '@millrace/auth';
import { ConfigurationError } from '@millrace/configuration';
import type { Logger } from '@millrace/observability';
import type { RedisClient } from '@millrace/redis';
import type { ApiConfig } from '../config.js';
import { filesBySignedUrl, filesForClients } from './file-access.js';
import type { FileAccess } from './file-access.js';
import { anonymous, byToken } from './identify.js';
import type { Identification } from './identify.js';

/** The files that settings name, read once at start. */
export interface AuthFiles {
  readonly tenants: Tenants | undefined;
  readonly clients: RegisteredClients;
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

const NO_CLIENTS: RegisteredClients = new Map();

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
    clients: isSmart && clientsFile !== undefined ? await readClients(clientsFile) : NO_CLIENTS,
    secrets: secretsFile === undefined ? [] : await readSecrets(secretsFile),
    keys: keysFile === undefined ? undefined : givenKeys(await keySetOf(keysFile)),
  };
  const tenantsOfClients = new Set([...files.clients.values()].map(({ tenant }) => tenant));
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

/** @param baseUrl FHIR base, as clients are told */
export function composeAuth(
  config: ApiConfig['auth'],
  files: AuthFiles,
  baseUrl: string,
  stores: { readonly redis: RedisClient; readonly prefix: string },
): Auth {
  const identity = composeIdentity(config, files, baseUrl, stores);
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
  stores: { readonly redis: RedisClient; readonly prefix: string },
): Omit<Auth, 'files'> {
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
        keys: files.keys ?? cachedKeys(config.keysUrl ?? ''),
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
      const { clients } = files;
      const tokenUrl = `${baseUrl}${TOKEN_PATH}`;
      const terms = {
        baseUrl,
        clients,
        tokenUrl,
        keys: keysFor(files.secrets, 'access-token'),
        seen: redisSeenAssertions(stores),
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

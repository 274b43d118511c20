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
import type { Authenticator, PurposeKeys, Registration, Tenants, TokenTerms } from '@millrace/auth';
import { ConfigurationError } from '@millrace/configuration';
import type { Events, Logger } from '@millrace/observability';
import type { RedisClient } from '@millrace/redis';
import type { ApiConfig } from '../config.js';
import { openSettingsFile } from '../settings-files/settings-file.js';
import type { SettingsFile, SettingsFileKind } from '../settings-files/settings-file.js';
import { filesBySignedUrl, filesForClients } from './file-access.js';
import type { FileAccess } from './file-access.js';
import { anonymous, byToken } from './identify.js';
import type { Identification } from './identify.js';

/** The files that settings name. All but that of tenants are read again when they change. */
export interface AuthFiles {
  readonly tenants: Tenants | undefined;
  readonly clients: SettingsFile<readonly Registration[]> | undefined;
  readonly secrets: SettingsFile<readonly string[]> | undefined;
  readonly keys: SettingsFile<ReturnType<typeof givenKeys>> | undefined;
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
  const { tenantsFile, secretsFile, keysFile } = config;
  const clientsFile = config.mode === 'smart' ? config.clientsFile : undefined;
  const tenants = tenantsFile === undefined ? undefined : await readTenants(tenantsFile);
  return {
    tenants,
    clients: await openedFile('clients', clientsFile, async (file) => {
      const clients = await readClients(file);
      if (tenants === undefined) requireOneTenant(clients);
      return clients;
    }),
    secrets: await openedFile('secrets', secretsFile, readSecrets),
    keys: await openedFile('keys', keysFile, async (file) => givenKeys(await keySetOf(file))),
  };
}

async function openedFile<T>(
  kind: SettingsFileKind,
  file: string | undefined,
  read: (file: string) => Promise<T>,
): Promise<SettingsFile<T> | undefined> {
  if (file === undefined) return undefined;
  return openSettingsFile({ kind, files: [file], read: () => read(file) });
}

/** @throws ConfigurationError */
function requireOneTenant(clients: readonly Registration[]): void {
  if (new Set(clients.map(({ tenant }) => tenant)).size > 1)
    throw new ConfigurationError([
      'AUTH_TENANTS_FILE must be set when the clients of AUTH_CLIENTS_FILE are of several tenants: it says which sources each of them may export',
    ]);
}

async function keySetOf(file: string): Promise<ReturnType<typeof readKeySet>> {
  try {
    return readKeySet(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new SettingsFileError(file, 'is no JWKS of public keys', { cause: error });
  }
}

/** The ports of the identification of clients. */
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
      ? filesBySignedUrl(baseUrl, purposeKeys(files, 'signed-url'), config.downloadLifetimeMs)
      : filesForClients(baseUrl, identity.authenticator !== undefined),
  };
}

function composeIdentity(
  config: ApiConfig['auth'],
  files: AuthFiles,
  baseUrl: string,
  ports: AuthPorts,
): Omit<Auth, 'files'> {
  const keysAt = keyCaches(files, ports);
  const version = versionOf(files);
  switch (config.mode) {
    case 'none': {
      const { identify } = anonymous(config.tenant ?? 'default');
      return { identify, authenticator: undefined, tokenUrl: undefined, tokens: undefined };
    }
    case 'jwt': {
      const { issuer = '', audience = baseUrl, keysUrl = '', tenantClaim, tenant = '', tokenUrl } = config;
      const { keys: ofFile } = files;
      const verifying = jwtAuthenticator({
        ...config,
        issuer,
        audience,
        keys: ofFile === undefined ? keysAt([keysUrl])(keysUrl) : (...given) => ofFile.current()(...given),
        tenant: tenantClaim === undefined ? { fixed: tenant } : { claim: tenantClaim },
      });
      const authenticator = rememberTokens(verifying, Date.now, version);
      return {
        ...byToken(authenticator, baseUrl, files.tenants),
        authenticator,
        tokenUrl,
        tokens: undefined,
      };
    }
    case 'smart': {
      const opened = derived(
        () => files.clients?.current() ?? [],
        (clients) => openClients(clients, keysAt(clients.flatMap(({ keysUrl }) => keysUrl ?? []))),
      );
      const clients = { get: (id: string) => opened().get(id) };
      const signing = purposeKeys(files, 'access-token');
      const tokenUrl = `${baseUrl}${TOKEN_PATH}`;
      const terms = {
        baseUrl,
        clients,
        tokenUrl,
        get keys() {
          return signing();
        },
        seen: redisSeenAssertions(ports),
        lifetimeSeconds: config.tokenLifetimeSeconds,
        now: Date.now,
      };
      const authenticator = rememberTokens(ownTokenAuthenticator(terms, clients), Date.now, version);
      return { ...byToken(authenticator, baseUrl, files.tenants), authenticator, tokenUrl, tokens: terms };
    }
    default:
      return config.mode satisfies never;
  }
}

type KeysOfUrl = ReturnType<typeof cachedKeys>;

/** The keys of a purpose that are made from the secrets of now. */
function purposeKeys({ secrets }: AuthFiles, purpose: Parameters<typeof keysFor>[1]): () => PurposeKeys {
  return derived(
    () => secrets?.current() ?? [],
    (now) => keysFor(now, purpose),
  );
}

/** @returns what is made of a value, once for each value that there is */
function derived<From extends object, To>(from: () => From, make: (value: From) => To): () => To {
  let last: { readonly of: From; readonly made: To } | undefined;
  return () => {
    const value = from();
    if (last?.of !== value) last = { of: value, made: make(value) };
    return last.made;
  };
}

/** Another number after each change of a file that tells which tokens count. */
function versionOf({ clients, secrets, keys }: AuthFiles): () => number {
  let seen: readonly unknown[] = [];
  let version = 0;
  return () => {
    const now = [clients, secrets, keys].map((file) => file?.current());
    if (now.some((value, at) => value !== seen[at])) {
      seen = now;
      version += 1;
    }
    return version;
  };
}

/**
 * The keys at each of some URLs, once; those at others are forgotten. Without a secret that signs what instances share, each asks
 * for itself.
 */
function keyCaches(
  files: AuthFiles,
  { redis, prefix, events }: AuthPorts,
): (urls: readonly string[]) => (url: string) => KeysOfUrl {
  const shared =
    files.secrets === undefined
      ? undefined
      : redisSharedKeys({
          redis,
          prefix,
          keysOf: purposeKeys(files, 'shared-keys'),
          onDistrusted: events.sharedKeysDistrusted,
        });
  let caches = new Map<string, KeysOfUrl>();
  return (urls) => {
    caches = new Map(urls.map((url) => [url, caches.get(url) ?? cachedKeys(url, { shared })]));
    const current = caches;
    return (url) => current.get(url) ?? cachedKeys(url, { shared });
  };
}

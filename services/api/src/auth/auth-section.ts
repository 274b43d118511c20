import { isSafeKeysUrl, isTenant, TOKEN_ALGORITHMS } from '@millrace/auth';
import { duration, flag } from '@millrace/configuration';
import * as z from 'zod';

const HOUR_SECONDS = 3600;

const algorithms = z
  .string()
  .default('RS256 RS384 ES256 ES384')
  .transform((text, context): readonly string[] => {
    const words = text.split(/\s+/).filter((word) => word !== '');
    const known: readonly string[] = TOKEN_ALGORITHMS;
    if (words.length > 0 && words.every((word) => known.includes(word))) return words;
    context.addIssue(`must be some of ${known.join(', ')}, separated by white space`);
    return z.NEVER;
  });

const file = z.string().min(1).optional();
const claim = z.string().min(1).max(256);

/** The settings of access to the FHIR API, and of the proof by which clients identify themselves. */
export const authSection = z
  .object({
    AUTH_MODE: z
      .enum(['none', 'jwt', 'smart'])
      .default('none')
      .describe(
        'How clients show who they are. `none`: not at all; everybody may do everything. `jwt`: by an access token of an identity provider. `smart`: by an access token of this server, which it issues to registered clients by SMART Backend Services.',
      ),
    AUTH_ALLOW_ANONYMOUS: flag(false).describe(
      'Whether the API may listen on an address that other machines reach while `AUTH_MODE` is `none`.',
    ),
    AUTH_ISSUER: z
      .string()
      .min(1)
      .optional()
      .describe('With `jwt`: issuer of the tokens, exactly as their claim `iss` has it.'),
    AUTH_AUDIENCE: z
      .string()
      .min(1)
      .optional()
      .describe('With `jwt`: the claim `aud` of tokens must have it. By default the FHIR base URL.'),
    AUTH_JWKS_URL: z
      .string()
      .refine(isSafeKeysUrl, 'must be an https:// address, or http:// on this machine')
      .optional()
      .describe(
        'With `jwt`: address of the public keys of the issuer (JWKS). They are kept as long as its `Cache-Control` says, and read again when a token names another key.',
      ),
    AUTH_JWKS_FILE: file.describe(
      'With `jwt`, in place of `AUTH_JWKS_URL`: file with the public keys (JWKS).',
    ),
    AUTH_ALGORITHMS: algorithms.describe(
      'With `jwt`: algorithms that tokens may be signed by, separated by white space.',
    ),
    AUTH_CLOCK_TOLERANCE: duration({ min: '0s', fallback: '30s' })
      .pipe(z.number().max(300_000, 'must be at most 5m'))
      .describe('With `jwt`: by how much the clock of the issuer may differ.'),
    AUTH_CLIENT_CLAIM: claim
      .optional()
      .describe(
        'With `jwt`: claim that names the client. By default the first that there is of `client_id`, `azp` and `sub`.',
      ),
    AUTH_TENANT_CLAIM: claim
      .optional()
      .describe('With `jwt`: claim that names the tenant. Either this or `AUTH_TENANT` must be set.'),
    AUTH_TENANT: z
      .string()
      .refine(isTenant, 'must be up to 63 letters, digits and hyphens')
      .optional()
      .describe('With `none` and `jwt`: tenant of all clients. With `none` it is `default` by default.'),
    AUTH_TOKEN_URL: z
      .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
      .optional()
      .describe(
        'With `jwt`: token endpoint of the identity provider, which `/.well-known/smart-configuration` names to clients.',
      ),
    AUTH_TENANTS_FILE: file.describe(
      'JSON file that says which sources the clients of each tenant may export. It is needed where tokens name tenants. By default the only tenant has all sources.',
    ),
    AUTH_CLIENTS_FILE: file.describe(
      'With `smart`: JSON file of the registered clients, each with `client_id`, `tenant`, `scope`, and `jwks` or `jwks_uri`.',
    ),
    AUTH_SECRETS_FILE: file.describe(
      'File of the secrets that sign what the API issues, one a line: the first signs, all of them verify. All instances must have the same. It is needed with `smart`.',
    ),
    AUTH_TOKEN_LIFETIME: duration({ min: '10s', fallback: '5m' })
      .pipe(z.number().max(HOUR_SECONDS * 1000, 'must be at most 1h'))
      .describe('With `smart`: how long an access token counts.'),
    AUTH_DOWNLOADS: z
      .enum(['token', 'signed'])
      .default('token')
      .describe(
        'How clients get the files of exports. `token`: as they get everything else. `signed`: also without a token, by URLs that are signed with a secret of `AUTH_SECRETS_FILE`, each for one file, and that expire.',
      ),
    AUTH_DOWNLOAD_LIFETIME: duration({ min: '1m', fallback: '1h' }).describe(
      'With `signed`: how long the URL of a file of Bulk Data counts; a manifest that is read again has new ones. URLs of tables count as long as their export is kept.',
    ),
    AUTH_OPERATOR_SCOPE: z
      .string()
      .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be one scope, without blanks')
      .default('operator')
      .describe(
        'Scope of tokens with which operators may use the operations listener, beside `OPERATOR_TOKEN_FILE`.',
      ),
  })
  .transform((env) => ({
    mode: env.AUTH_MODE,
    allowAnonymous: env.AUTH_ALLOW_ANONYMOUS,
    issuer: env.AUTH_ISSUER,
    audience: env.AUTH_AUDIENCE,
    keysUrl: env.AUTH_JWKS_URL,
    keysFile: env.AUTH_JWKS_FILE,
    algorithms: env.AUTH_ALGORITHMS,
    toleranceSeconds: Math.ceil(env.AUTH_CLOCK_TOLERANCE / 1000),
    clientClaim: env.AUTH_CLIENT_CLAIM,
    tenantClaim: env.AUTH_TENANT_CLAIM,
    tenant: env.AUTH_TENANT,
    tokenUrl: env.AUTH_TOKEN_URL,
    tenantsFile: env.AUTH_TENANTS_FILE,
    clientsFile: env.AUTH_CLIENTS_FILE,
    secretsFile: env.AUTH_SECRETS_FILE,
    tokenLifetimeSeconds: Math.floor(env.AUTH_TOKEN_LIFETIME / 1000),
    downloads: env.AUTH_DOWNLOADS,
    downloadLifetimeMs: env.AUTH_DOWNLOAD_LIFETIME,
    operatorScope: env.AUTH_OPERATOR_SCOPE,
  }))
  .describe('Clients and tenants');

type AuthConfig = z.output<typeof authSection>;

/** Combinations that would let in somebody else, or nobody. @param publicBaseUrl undefined: the listener itself */
export function unsafeAuth(
  auth: AuthConfig,
  http: {
    readonly host: string;
    readonly publicBaseUrl: string | undefined;
    readonly certFile: string | undefined;
    readonly proxies: readonly string[];
  },
): readonly string[] {
  const { host } = http;
  if (auth.downloads === 'signed' && auth.secretsFile === undefined)
    return ['AUTH_SECRETS_FILE must be set when AUTH_DOWNLOADS is signed'];
  switch (auth.mode) {
    case 'none':
      return isLoopback(host) || auth.allowAnonymous
        ? []
        : [
            `AUTH_MODE must be jwt or smart when HOST is ${host}: without it everybody who reaches the API may export everything. Set AUTH_ALLOW_ANONYMOUS=true if only trusted clients reach it`,
          ];
    case 'jwt':
      return [
        ...(auth.issuer === undefined ? ['AUTH_ISSUER must be set when AUTH_MODE is jwt'] : []),
        ...((auth.keysUrl === undefined) === (auth.keysFile === undefined)
          ? ['one of AUTH_JWKS_URL and AUTH_JWKS_FILE must be set when AUTH_MODE is jwt']
          : []),
        ...((auth.tenantClaim === undefined) === (auth.tenant === undefined)
          ? ['one of AUTH_TENANT_CLAIM and AUTH_TENANT must be set when AUTH_MODE is jwt']
          : []),
        ...(auth.tenantClaim !== undefined && auth.tenantsFile === undefined
          ? [
              'AUTH_TENANTS_FILE must be set with AUTH_TENANT_CLAIM: it says which sources each tenant may export',
            ]
          : []),
        ...withoutHttps(http),
      ];
    case 'smart':
      return [
        ...(auth.clientsFile === undefined ? ['AUTH_CLIENTS_FILE must be set when AUTH_MODE is smart'] : []),
        ...(auth.secretsFile === undefined ? ['AUTH_SECRETS_FILE must be set when AUTH_MODE is smart'] : []),
        ...withoutHttps(http),
      ];
    default:
      return auth.mode satisfies never;
  }
}

/** A token that went over plain HTTP is everybody's. */
function withoutHttps({
  host,
  publicBaseUrl = `http://${host.includes(':') ? `[${host}]` : host}`,
  certFile,
  proxies,
}: Parameters<typeof unsafeAuth>[1]): readonly string[] {
  const { protocol, hostname } = new URL(publicBaseUrl);
  if (certFile === undefined && isLoopback(hostname)) return [];
  if (certFile === undefined && protocol === 'http:')
    return [
      'PUBLIC_BASE_URL must begin with https:// unless AUTH_MODE is none: tokens are not taken over plain HTTP',
    ];
  return certFile === undefined && proxies.length === 0
    ? [
        'TLS_CERT_FILE and TLS_KEY_FILE, or TRUSTED_PROXIES, must be set with AUTH_MODE: else no request would count as one over HTTPS, and no token would be taken',
      ]
    : [];
}

/** @param host with or without the brackets of an IPv6 address */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

import * as z from 'zod';
import { flag } from './variables.js';

const ADDRESS = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/@[\]]+)):(\d{1,5})$/;

/**
 * Addresses of `host:port,host:port`, an IPv6 host in brackets; undefined if any of them is not an address.
 */
function addressesIn(text: string): { host: string; port: number }[] | undefined {
  const found: { host: string; port: number }[] = [];
  for (const part of text.split(',')) {
    const [, bracketed, plain, digits] = ADDRESS.exec(part.trim()) ?? [];
    const [host, port] = [bracketed ?? plain, Number(digits)];
    if (host === undefined || port < 1 || port > 65_535) return undefined;
    found.push({ host, port });
  }
  return found;
}

const addresses = () =>
  z
    .string()
    .refine((text) => addressesIn(text) !== undefined, 'must be host:port, with commas between several')
    .optional();

/** Combinations are also checked when a variable is malformed, so that every fault is told at once. */
const always = { when: () => true };

/**
 * The place of the working state and the queue: one server, the primary that Sentinels name, or a cluster.
 */
export const redisSection = z
  .object({
    REDIS_URL: z
      .url({ protocol: /^rediss?$/, hostname: /./, error: 'must be a redis:// or rediss:// address' })
      .optional()
      .describe(
        'Redis for the job store and the queue: `redis://` or, with TLS, `rediss://`. Required, unless `REDIS_SENTINELS` or `REDIS_CLUSTER` is set instead.',
      ),
    REDIS_SENTINELS: addresses().describe(
      'Instead of `REDIS_URL`: addresses of Sentinels that know the primary, as `host:port,host:port`.',
    ),
    REDIS_MASTER_NAME: z
      .string()
      .optional()
      .describe('Name of the primary at the Sentinels; required with `REDIS_SENTINELS`.'),
    REDIS_CLUSTER: addresses().describe(
      'Instead of `REDIS_URL`: addresses of some nodes of a Redis Cluster, as `host:port,host:port`.',
    ),
    REDIS_USERNAME: z
      .string()
      .optional()
      .describe(
        'User name on the servers behind Sentinels or on a cluster. In `REDIS_URL` it is part of the URL.',
      ),
    REDIS_PASSWORD: z
      .string()
      .optional()
      .describe(
        'Password on the servers behind Sentinels or on a cluster. In `REDIS_URL` it is part of the URL.',
      ),
    REDIS_SENTINEL_PASSWORD: z.string().optional().describe('Password on the Sentinels themselves.'),
    REDIS_TLS: flag(false).describe(
      'Use TLS to Sentinels and the servers behind them, or to a cluster. For `REDIS_URL` write `rediss://` instead.',
    ),
    REDIS_PREFIX: z
      .string()
      .regex(/^\{[A-Za-z0-9_-]+\}$/, 'must be a name in braces, so that all keys share one cluster slot')
      .default('{millrace}')
      .describe('First part of every key. The braces keep all keys in one slot of a Redis Cluster.'),
  })
  .refine(
    (env) =>
      [env.REDIS_URL, env.REDIS_SENTINELS, env.REDIS_CLUSTER].filter((way) => way !== undefined).length === 1,
    { error: 'exactly one of REDIS_URL, REDIS_SENTINELS and REDIS_CLUSTER must be set', ...always },
  )
  .refine((env) => (env.REDIS_SENTINELS === undefined) === (env.REDIS_MASTER_NAME === undefined), {
    error: 'REDIS_SENTINELS and REDIS_MASTER_NAME must be set together',
    ...always,
  })
  .refine((env) => env.REDIS_SENTINEL_PASSWORD === undefined || env.REDIS_SENTINELS !== undefined, {
    error: 'REDIS_SENTINEL_PASSWORD needs REDIS_SENTINELS',
    ...always,
  })
  .refine(
    (env) =>
      env.REDIS_URL === undefined ||
      (env.REDIS_USERNAME === undefined && env.REDIS_PASSWORD === undefined && env.REDIS_TLS !== true),
    {
      error:
        'REDIS_USERNAME, REDIS_PASSWORD and REDIS_TLS must not be set with REDIS_URL: put them into the URL',
      ...always,
    },
  )
  .transform((env) => {
    const access = {
      ...(env.REDIS_USERNAME === undefined ? {} : { username: env.REDIS_USERNAME }),
      ...(env.REDIS_PASSWORD === undefined ? {} : { password: env.REDIS_PASSWORD }),
      tls: env.REDIS_TLS,
    };
    const nodes = addressesIn(env.REDIS_CLUSTER ?? '');
    const sentinels = addressesIn(env.REDIS_SENTINELS ?? '');
    const where =
      nodes !== undefined
        ? { kind: 'cluster' as const, nodes, ...access }
        : sentinels !== undefined
          ? {
              kind: 'sentinel' as const,
              sentinels,
              masterName: env.REDIS_MASTER_NAME ?? '',
              ...(env.REDIS_SENTINEL_PASSWORD === undefined
                ? {}
                : { sentinelPassword: env.REDIS_SENTINEL_PASSWORD }),
              ...access,
            }
          : { kind: 'server' as const, url: env.REDIS_URL ?? '' };
    return { where, prefix: env.REDIS_PREFIX };
  })
  .describe('Redis');

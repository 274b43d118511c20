import type { JobStore } from '@millrace/export';
import type { RedisClient } from '@millrace/redis';
import { UnknownSchemaError } from './errors.js';
import { DEFAULT_LIMITS, type StoreLimits } from './limits.js';
import { redisCensus } from './redis-census.js';
import { redisCommits } from './redis-commits.js';
import { redisDispatch, redisUpkeep } from './redis-dispatch.js';
import { redisKeyTrust } from './redis-key-trust.js';
import { redisDownloads } from './redis-downloads.js';
import { redisLeases } from './redis-leases.js';
import { redisOutcomes } from './redis-outcomes.js';
import { redisPolls } from './redis-polls.js';
import { redisRecords } from './redis-records.js';
import { redisRetention } from './redis-retention.js';
import { storeAccess } from './store-access.js';

/** Version of the keys and fields that the scripts write. */
const SCHEMA = '2';

export interface RedisJobStore extends JobStore {
  /**
   * To be called once before the first use: claims an empty store for this schema version.
   *
   * @throws UnknownSchemaError when another version wrote it; nothing is changed then
   */
  checkSchema(): Promise<void>;
}

/**
 * The job store in Redis 6.2 or later, or a cluster of them.
 *
 * @param prefix of every key; needs a hash tag, so that the keys of an export are in one slot: `{millrace}`
 * @param limits `DEFAULT_LIMITS` for those that are not given
 */
export function createRedisJobStore({
  redis,
  prefix,
  limits = {},
}: {
  redis: RedisClient;
  prefix: string;
  limits?: Partial<StoreLimits>;
}): RedisJobStore {
  const access = storeAccess(redis, prefix, { ...DEFAULT_LIMITS, ...limits });
  const { keys } = access;
  return {
    ...redisRecords(access),
    ...redisKeyTrust(access),
    ...redisPolls(access),
    ...redisDownloads(access),
    ...redisLeases(access),
    ...redisCommits(access),
    ...redisOutcomes(access),
    ...redisDispatch(access),
    ...redisUpkeep(access),
    ...redisRetention(access),
    ...redisCensus(access),
    async checkSchema() {
      await redis.set(keys.schema, SCHEMA, 'NX');
      const found = await redis.get(keys.schema);
      if (found !== SCHEMA) throw new UnknownSchemaError(found ?? '', SCHEMA);
    },
  };
}

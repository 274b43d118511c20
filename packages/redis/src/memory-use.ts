import { Cluster } from 'ioredis';
import { infoField } from './check-redis.js';
import type { RedisInformation } from './check-redis.js';
import type { RedisClient } from './client.js';

/**
 * The part of its memory that Redis uses: of `maxmemory`, or of the memory of its machine where none is set. Of a cluster, that of
 * the primary that is fullest. Undefined where the server tells neither.
 */
export async function memoryUse(redis: RedisClient): Promise<number | undefined> {
  const servers = redis instanceof Cluster ? redis.nodes('master') : [redis];
  let most: number | undefined;
  for (const use of await Promise.all(servers.map(useOf))) {
    if (use !== undefined && use > (most ?? 0)) most = use;
  }
  return most;
}

async function useOf(server: RedisInformation): Promise<number | undefined> {
  const memory = await server.info('memory');
  const bytes = (name: string): number => Number(infoField(memory, name) ?? 0);
  const most = bytes('maxmemory') || bytes('total_system_memory');
  return most > 0 ? bytes('used_memory') / most : undefined;
}

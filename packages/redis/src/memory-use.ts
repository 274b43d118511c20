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
  const uses = await Promise.all(servers.map(useOf));
  const known = uses.filter((use) => use !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

async function useOf(server: RedisInformation): Promise<number | undefined> {
  const memory = await server.info('memory');
  const bytes = (name: string): number => Number(infoField(memory, name) ?? 0);
  const most = bytes('maxmemory') || bytes('total_system_memory');
  return most > 0 ? bytes('used_memory') / most : undefined;
}

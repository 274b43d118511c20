import { UnsuitableRedisError } from './errors.js';

/** The part of a client that the check needs: any ioredis connection has it. */
export interface RedisInformation {
  info(section: string): Promise<string>;
}

const OLDEST = { major: 6, minor: 2 };

/**
 * Refuses a Redis that is older than 6.2 or that evicts keys under memory pressure.
 *
 * Reads `INFO` and not `CONFIG GET`, because access lists and hosted services usually forbid the latter.
 *
 * @throws UnsuitableRedisError naming every fault
 */
export async function checkRedis(client: RedisInformation): Promise<void> {
  const [server, memory] = await Promise.all([client.info('server'), client.info('memory')]);
  const faults = [
    ...versionFault(infoField(server, 'redis_version')),
    ...policyFault(infoField(memory, 'maxmemory_policy')),
  ];
  if (faults.length > 0) throw new UnsuitableRedisError(faults);
}

/** One field of an `INFO` reply. */
export function infoField(info: string, name: string): string | undefined {
  for (const line of info.split('\n')) {
    if (line.startsWith(`${name}:`)) return line.slice(name.length + 1).trim();
  }
  return undefined;
}

function versionFault(version: string | undefined): string[] {
  const match = /^(\d+)\.(\d+)/.exec(version ?? '');
  const [major, minor] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return [];
  return [
    `its version is ${version ?? 'unknown'}, the oldest that works is ${OLDEST.major}.${OLDEST.minor}.`,
  ];
}

/** The policy is absent from servers that never evict, such as the emulator. */
function policyFault(policy: string | undefined): string[] {
  if (policy === undefined || policy === 'noeviction') return [];
  return [`its maxmemory-policy is ${policy}, which may evict running exports; set it to noeviction.`];
}

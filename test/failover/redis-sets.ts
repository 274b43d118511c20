import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE_FOLDER, freePort, startLocalRedis } from '@millrace/local-stack';
import type { ServerProcess } from '@millrace/local-stack';
import { Redis } from 'ioredis';
import { until } from '../until.js';

const MASTER = 'mill';
const SLOTS = 16_384;

/** Redis servers of a test that stand in for each other. */
export interface RedisSet extends AsyncDisposable {
  /** What the services are told. */
  readonly environment: Record<string, string>;
  /** The primary that holds the keys of the prefix. */
  readonly primary: Member;
  /** The member that has taken its place. */
  promoted(): Promise<Member>;
}

export interface Member {
  readonly port: number;
  readonly pid: number;
  readonly client: Redis;
}

/** A primary, a replica and three Sentinels, which promote the replica when two of them miss the primary for a second. */
export async function startSentinelSet(folder: string): Promise<RedisSet> {
  await using started = members(folder);
  const primary = await started.add();
  const replica = await started.add();
  await replica.client.replicaof('127.0.0.1', primary.port);
  const sentinels = [
    await started.add({ sentinel: true }),
    await started.add({ sentinel: true }),
    await started.add({ sentinel: true }),
  ];
  await until(() => follows(replica), 'the replica to follow');
  for (const { client } of sentinels) {
    await client.call('SENTINEL', 'MONITOR', MASTER, '127.0.0.1', primary.port, 2);
    await client.call('SENTINEL', 'SET', MASTER, 'down-after-milliseconds', 1_000, 'failover-timeout', 6_000);
  }
  for (const { client } of sentinels) {
    await until(async () => {
      const info = await client.info('sentinel');
      return info.includes('slaves=1,sentinels=3');
    }, 'the Sentinels to know each other and the replica');
  }
  return {
    environment: { REDIS_URL: '', REDIS_SENTINELS: addresses(sentinels), REDIS_MASTER_NAME: MASTER },
    primary,
    promoted: () => until(() => isPrimary(replica), 'the replica to be promoted'),
    [Symbol.asyncDispose]: started.keep(),
  };
}

/** Three primaries with a replica each, which is promoted when its primary is missed for two seconds. */
export async function startCluster(folder: string, prefix: string): Promise<RedisSet> {
  await using started = members(folder);
  const nodes: Member[] = [];
  const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'];
  while (nodes.length < 6) nodes.push(await started.add({ settings, port: await portWithBus() }));
  const [first, ...others] = nodes;
  if (!first) throw new Error('no node');
  for (const { port } of others) await first.client.cluster('MEET', '127.0.0.1', port);
  const primaries = nodes.slice(0, 3);
  for (const [index, { client }] of primaries.entries()) {
    const [from, to] = [Math.floor((SLOTS * index) / 3), Math.floor((SLOTS * (index + 1)) / 3) - 1];
    await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
  }
  for (const { client } of nodes) {
    await until(async () => {
      const info = String(await client.cluster('INFO'));
      return info.includes('cluster_known_nodes:6') && info.includes('cluster_state:ok');
    }, 'the nodes to know each other');
  }
  const replicas = nodes.slice(3);
  for (const [index, { client }] of replicas.entries()) {
    const id = String(await primaries[index]?.client.cluster('MYID'));
    await client.cluster('REPLICATE', id);
  }
  for (const replica of replicas) await until(() => follows(replica), 'a replica to follow');
  const slot = Number(await first.client.cluster('KEYSLOT', prefix));
  const owner = primaries.findIndex((_, index) => slot < Math.floor((SLOTS * (index + 1)) / 3));
  const [primary, replica] = [primaries[owner], replicas[owner]];
  if (!primary || !replica) throw new Error(`no node has slot ${slot}`);
  return {
    environment: { REDIS_URL: '', REDIS_CLUSTER: addresses(nodes) },
    primary,
    promoted: () => until(() => isPrimary(replica), 'the replica to be promoted'),
    [Symbol.asyncDispose]: started.keep(),
  };
}

/** Starts members, and ends those that it has started, unless somebody keeps them. */
function members(folder: string) {
  const servers: ServerProcess[] = [];
  const clients: Redis[] = [];
  let isKept = false;
  async function end(): Promise<void> {
    for (const client of clients) client.disconnect();
    await Promise.all(servers.map((server) => server.stop()));
  }
  return {
    async add(how: { sentinel?: boolean; settings?: string[]; port?: number } = {}): Promise<Member> {
      const dataFolder = await mkdtemp(join(folder, 'redis-'));
      const server = await startLocalRedis({ dataFolder, cacheFolder: CACHE_FOLDER, ...how });
      servers.push(server);
      const client = new Redis(server.url);
      client.on('error', () => undefined);
      clients.push(client);
      return { port: Number(new URL(server.url).port), pid: server.pid, client };
    },
    keep: () => {
      isKept = true;
      return end;
    },
    [Symbol.asyncDispose]: async () => {
      if (!isKept) await end();
    },
  };
}

const addresses = (of: readonly Member[]): string => of.map(({ port }) => `127.0.0.1:${port}`).join(',');

async function follows({ client }: Member): Promise<boolean> {
  return (await client.info('replication')).includes('master_link_status:up');
}

async function isPrimary(member: Member): Promise<Member | undefined> {
  return (await member.client.info('replication')).includes('role:master') ? member : undefined;
}

/** The nodes of a cluster talk to each other on a port 10000 above, which must be one as well. */
async function portWithBus(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (port < 55_000) return port;
  }
}

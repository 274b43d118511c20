/** A host and its TCP port. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

interface RedisAccess {
  readonly username?: string;
  readonly password?: string;
  /** Of every connection, also those to Sentinels. */
  readonly tls?: boolean;
}

/** One server by its `redis://` or `rediss://` address. */
export interface SingleServer {
  readonly kind: 'server';
  readonly url: string;
}

/** Servers of which one is the primary: the Sentinels say which, and promote another when it dies. */
export interface SentinelSet extends RedisAccess {
  readonly kind: 'sentinel';
  readonly sentinels: readonly RedisAddress[];
  /** Name that the Sentinels have for the primary. */
  readonly masterName: string;
  /** Password on the Sentinels themselves. */
  readonly sentinelPassword?: string;
}

/** A Redis Cluster, by nodes that know the others. */
export interface RedisClusterNodes extends RedisAccess {
  readonly kind: 'cluster';
  readonly nodes: readonly RedisAddress[];
}

/** Where one primary at a time is; a string is the address of a server. */
export type ServerPlace = string | SingleServer | SentinelSet;

/** Where Redis is. */
export type RedisPlace = ServerPlace | RedisClusterNodes;

import type { Cluster, Redis } from 'ioredis';

/** A connection to a server, or to the nodes of a cluster. */
export type RedisClient = Redis | Cluster;

/**
 * The part of the optional package that is used. It is absent on Node 20, and its own types cannot be relied
 * on.
 */
declare module 'js-redis-server' {
  export function createRedisMock(): Promise<{
    readonly host: string;
    readonly port: number;
    close(): Promise<void>;
  }>;
}

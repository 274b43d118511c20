/** What is used of the optional package, which is absent on Node 20: its own types cannot be relied on. */
declare module 'js-redis-server' {
  export function createRedisMock(): Promise<{
    readonly host: string;
    readonly port: number;
    close(): Promise<void>;
  }>;
}

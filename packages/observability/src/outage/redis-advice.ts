const CREDENTIALS =
  'Redis does not accept the user or the password that the service has for it: correct its settings and restart it, or restore the user in Redis';

/** Reasons that do not pass by themselves. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['NOAUTH', CREDENTIALS],
  ['WRONGPASS', CREDENTIALS],
  [
    'NOPERM',
    'the Redis user of the service lacks rights: give them back with ACL SETUSER; docs/operations.md lists them',
  ],
  ['OOM', 'Redis has reached maxmemory: raise the limit, or remove other data from this Redis'],
  ['MISCONF', 'Redis cannot write its data to disk: free space, or correct its data folder'],
  ['maxclients', 'Redis has reached maxclients: raise the limit, or close other connections'],
]);

/** Tells an operator what to do about an outage of Redis. Undefined for an outage that usually ends by itself. */
export function redisAdvice(reason: string): string | undefined {
  return ADVICE.get(reason);
}

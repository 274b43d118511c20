const CREDENTIALS =
  'Redis does not accept the user or the password that the service has for it: correct its settings and restart it, or restore the user in Redis';

/** Reasons that do not pass by themselves. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['NOAUTH', CREDENTIALS],
  ['WRONGPASS', CREDENTIALS],
  [
    'NOPERM',
    'the user that the service has in Redis may not do what it must: give it the rights back with ACL SETUSER; docs/operations.md lists them',
  ],
  ['OOM', 'Redis has as much in memory as it may: raise maxmemory, or remove what else is kept there'],
  ['MISCONF', 'Redis cannot write its data to its disk: free the disk, or correct its folder'],
  ['maxclients', 'Redis has as many clients as it may: raise maxclients, or end some of them'],
]);

/** What an operator should do about an outage of Redis; undefined where it most often ends by itself. */
export function redisAdvice(reason: string): string | undefined {
  return ADVICE.get(reason);
}

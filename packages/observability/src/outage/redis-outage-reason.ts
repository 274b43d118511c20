/** Messages of ioredis for which it has no class. */
const CONNECTION_LOST = [
  'Command timed out',
  'Connection is closed.',
  'Cluster is ended.',
  'None of startup nodes is available',
  'Failed to refresh slots cache.',
  'All sentinels are unreachable',
  'Node is disconnected',
];

/** Messages of ioredis while it has no connection; they do not say why. */
const NOT_CONNECTED =
  /^(?:Stream isn't writeable|Cluster isn't ready) and enableOfflineQueue options is false/;

/**
 * Replies of a server that is starting, failing over, full, or not the master any more, or that wants another
 * password or denies a right. Redis 6.2 puts the name of the script in front of the reply to one of its
 * commands.
 */
const NOT_SERVING =
  /^(?:ERR Error running script .*?-)?(LOADING|READONLY|OOM|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|MISCONF|TRYAGAIN|BUSY|UNBLOCKED|NOAUTH|WRONGPASS|NOPERM)\b/;

/** How Redis 7 says NOPERM of a command in a script. */
const DENIED_IN_SCRIPT = /^ERR (?:The user executing the script can't |ACL failure in script)/;

/** A reply without such a word. */
const TOO_MANY_CLIENTS = 'ERR max number of clients';

const SYSTEM_CODE = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH)/;

/** Errors that are named after an outage of Redis, whatever their cause is. */
const NAMED = new Set(['MaxRetriesPerRequestError', 'QueueUnavailableError', 'JobStoreUnavailableError']);

/** Other stores are reached over connections that break in the same way. */
const OF_ANOTHER_STORE = new Set(['StoreUnavailableError', 'SourceUnavailableError']);

/** BullMQ puts this in front of the message of a failed operation, and drops the error itself. */
const BULLMQ_PREFIX = 'Failed to add repeatable job for next iteration: ';

/** An error may be the cause of another one; no chain of ours is longer. */
const DEEPEST = 5;

/**
 * Why Redis cannot be used, in a few words without content, where an error says that; undefined for every other error.
 * Among the reasons are that it is away, frozen, full, loading its data, a replica, or that its user has lost a right.
 */
export function redisOutageReason(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > DEEPEST || OF_ANOTHER_STORE.has(error.name)) return undefined;
  return (
    ownReason(error) ??
    firstReason(error, depth) ??
    redisOutageReason(error.cause, depth + 1) ??
    (NAMED.has(error.name) ? 'no answer' : undefined)
  );
}

/** A transaction that Redis discarded says only that; ioredis adds the replies to its commands. */
function firstReason(error: Error, depth: number): string | undefined {
  if (!('previousErrors' in error) || !Array.isArray(error.previousErrors)) return undefined;
  for (const previous of error.previousErrors as unknown[]) {
    const reason = redisOutageReason(previous, depth + 1);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function ownReason(error: Error): string | undefined {
  const message = error.message.startsWith(BULLMQ_PREFIX)
    ? error.message.slice(BULLMQ_PREFIX.length)
    : error.message;
  const lost = CONNECTION_LOST.find((text) => message.startsWith(text));
  if (lost !== undefined) return lost;
  if (NOT_CONNECTED.test(message)) return 'not connected';
  if (error.name === 'ReplyError' || message !== error.message) {
    const reply = NOT_SERVING.exec(message)?.[1];
    if (reply !== undefined) return reply;
    if (DENIED_IN_SCRIPT.test(message)) return 'NOPERM';
    if (message.startsWith(TOO_MANY_CLIENTS)) return 'maxclients';
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return SYSTEM_CODE.test(code) ? code : undefined;
}

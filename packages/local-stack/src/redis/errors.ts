/** Nothing answers at the address that was given. The message shows it without its password. */
export class UnreachableRedisError extends Error {
  override readonly name = 'UnreachableRedisError';
  readonly url: string;

  constructor(url: string, cause: unknown) {
    const shown = withoutPassword(url);
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`No Redis answers at ${shown}: ${reason}. Start it, or correct REDIS_URL.`, { cause });
    this.url = shown;
  }
}

/** A Redis server was started and did not come up. */
export class RedisStartError extends Error {
  override readonly name = 'RedisStartError';
  readonly command: string;
  /** The end of the server's log. */
  readonly log: string;

  constructor(command: string, problem: string, log: string) {
    super(`${command} ${problem}${log === '' ? '' : `; it logged:\n${log}`}`);
    this.command = command;
    this.log = log;
  }
}

/** None of the ways to obtain a Redis led to one. */
export class NoRedisError extends Error {
  override readonly name = 'NoRedisError';
  readonly tried: readonly string[];

  constructor(tried: readonly string[]) {
    super(
      [
        'No Redis could be obtained.',
        ...tried.map((attempt) => `  - ${attempt}`),
        'Set REDIS_URL to a Redis of version 6.2 or later, or install one:',
        '  Debian, Ubuntu: sudo apt-get install redis-server',
        '  macOS:          brew install redis',
      ].join('\n'),
    );
    this.tried = tried;
  }
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//***@');
}

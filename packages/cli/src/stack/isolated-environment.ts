import { randomBytes } from 'node:crypto';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment of a stack that lives for one command. It shares a Redis with other programs by prefix
 * only, and ignores settings that were made for a real deployment.
 */
export function isolatedEnvironment(env: Environment): Environment {
  const { HOST: _host, PUBLIC_BASE_URL: _publicBaseUrl, ...own } = env;
  const { DEFAULT_SOURCE: _source, SOURCE_BASE_URLS: _bases, VERSIONED_SOURCES: _versioned, ...rest } = own;
  return { ...rest, REDIS_PREFIX: `{millrace-${randomBytes(6).toString('hex')}}` };
}

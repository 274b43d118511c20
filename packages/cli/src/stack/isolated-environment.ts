import { randomBytes } from 'node:crypto';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment of a stack that lives for one command: a Redis that others use too is shared by prefix only, and
 * what was set for a real deployment does not apply.
 */
export function isolatedEnvironment(env: Environment): Environment {
  const { HOST: _host, PUBLIC_BASE_URL: _publicBaseUrl, ...own } = env;
  const { DEFAULT_SOURCE: _source, SOURCE_BASE_URLS: _bases, ...rest } = own;
  return { ...rest, REDIS_PREFIX: `{millrace-${randomBytes(6).toString('hex')}}` };
}

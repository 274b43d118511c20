import { ConfigurationError } from './errors.js';

/**
 * Looks at what the service is about to run with, such as a setting of the Redis server. Resolves with one line that
 * says what is unsafe and what would be right, or with undefined.
 */
export type StartCheck = () => Promise<string | undefined>;

/**
 * Runs every check, so that all problems are seen at the first start.
 *
 * @throws ConfigurationError when a check finds something unsafe
 */
export async function guardStart(checks: readonly StartCheck[]): Promise<void> {
  const findings = await Promise.all(checks.map((check) => check()));
  const problems = findings.filter((finding) => finding !== undefined);
  if (problems.length > 0) throw new ConfigurationError(problems);
}

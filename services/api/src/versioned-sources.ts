import { ConfigurationError } from '@millrace/configuration';

/**
 * The sources that may hold several versions of a resource.
 *
 * @throws ConfigurationError for a source that there is not
 */
export function versionedSources(names: readonly string[], declared: readonly string[]): ReadonlySet<string> {
  const known = names.map((name) => JSON.stringify(name)).join(', ');
  const problems = declared
    .filter((name) => !names.includes(name))
    .map(
      (name) =>
        `VERSIONED_SOURCES must name sources in MILLRACE_DATA, not ${JSON.stringify(name)}; the sources are ${known}`,
    );
  if (problems.length > 0) throw new ConfigurationError(problems);
  return new Set(declared);
}

import { ConfigurationError } from '@millrace/configuration';

/** A FHIR base URL that the configuration declares, and for which source; undefined for the only one. */
export interface DeclaredBase {
  readonly source: string | undefined;
  readonly base: string;
}

/**
 * The bases of each source.
 *
 * @throws ConfigurationError for a source that there is not, and for a base that could be of several
 */
export function basesOfSources(
  names: readonly string[],
  declared: readonly DeclaredBase[],
): ReadonlyMap<string, readonly string[]> {
  const known = names.map((name) => JSON.stringify(name)).join(', ');
  const problems = declared.flatMap(({ source, base }) => {
    if (source === undefined)
      return names.length > 1
        ? [`SOURCE_BASE_URLS must name the source of ${base}, as NAME=${base}; the sources are ${known}`]
        : [];
    return names.includes(source)
      ? []
      : [
          `SOURCE_BASE_URLS must name sources in MILLRACE_DATA, not ${JSON.stringify(source)}; the sources are ${known}`,
        ];
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return new Map(
    names.map((name) => {
      const own = declared.filter(({ source = name }) => source === name).map(({ base }) => base);
      return [name, [...new Set(own)]];
    }),
  );
}

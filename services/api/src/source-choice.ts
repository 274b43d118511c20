import { ConfigurationError } from '@millrace/configuration';
import type { SourceChoice } from '@millrace/protocol';

/** Name of the source that is the default by its name. */
const DEFAULT_NAME = 'default';

/**
 * The sources with the one that requests mean when they name none: the one that is configured, the one named `default`,
 * or the only one.
 *
 * @param configured name of the default source in the configuration
 * @throws ConfigurationError when there is no such source, or when another one is named `default`
 */
export function chooseDefault(
  sources: SourceChoice['sources'],
  configured: string | undefined,
): SourceChoice {
  const names = [...sources.keys()];
  const [only, ...others] = names;
  if (configured === undefined) {
    return {
      sources,
      defaultSource: others.length === 0 ? only : names.find((name) => name === DEFAULT_NAME),
    };
  }
  if (!sources.has(configured)) {
    const known = names.map((name) => JSON.stringify(name)).join(', ');
    throw new ConfigurationError([`DEFAULT_SOURCE must name one of the sources in MILLRACE_DATA: ${known}`]);
  }
  if (configured !== DEFAULT_NAME && sources.has(DEFAULT_NAME)) {
    throw new ConfigurationError([
      `DEFAULT_SOURCE must not name another source, because a source named ${DEFAULT_NAME} exists`,
    ]);
  }
  return { sources, defaultSource: configured };
}

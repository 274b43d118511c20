import type { z } from 'zod';
import { ConfigurationError } from './errors.js';

/**
 * The schema of a service: sections by name. Each section reads its variables from the environment and makes
 * one part of the configuration. A section is `z.object({ NAME: … }).transform(…)`, described by its title;
 * each variable is described by its purpose.
 */
export type ConfigSchema = Readonly<Record<string, z.ZodType>>;

export type Config<Schema extends ConfigSchema> = {
  readonly [Name in keyof Schema]: z.output<Schema[Name]>;
};

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses the environment once, at start. An empty variable counts as unset, because that is how unset ones arrive
 * from compose files and manifests.
 *
 * @param unsafeSettings combinations that are unsafe: one line each, naming the variables
 * @throws ConfigurationError with every problem of every section
 */
export function loadConfig<Schema extends ConfigSchema>(
  schema: Schema,
  environment: Environment,
  unsafeSettings: (config: Config<Schema>) => readonly string[] = () => [],
): Config<Schema> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const config: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, section] of Object.entries(schema)) {
    const parsed = section.safeParse(given);
    if (parsed.success) config[name] = parsed.data;
    else for (const issue of parsed.error.issues) problems.push(problemLine(issue, given));
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  // Every section of the schema was parsed into its own name above.
  const complete = deepFreeze(config) as Config<Schema>;
  const refused = unsafeSettings(complete);
  if (refused.length > 0) throw new ConfigurationError(refused);
  return complete;
}

/** The value is not repeated: it may hold a password. */
function problemLine(issue: z.core.$ZodIssue, given: Environment): string {
  const variable = issue.path.join('.');
  if (variable !== '' && given[variable] === undefined) return `${variable} is not set, but it is required`;
  return variable === '' ? issue.message : `${variable}: ${issue.message}`;
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

import type { Command, Option } from 'commander';
import { UsageError } from '../errors.js';
import { httpUrl, instant, resourceIds } from '../option-values.js';

/** Options of a run that a server does. */
export interface ServerOptions {
  readonly server?: string;
  readonly source?: string;
  readonly since?: string;
  readonly patient?: readonly string[];
  readonly group?: readonly string[];
}

/** By the names of their values: they have a meaning here only without a server. */
const LOCAL = [
  'compression',
  'input',
  'engine',
  'threads',
  'resourceSeconds',
  'fhirVersion',
  'baseUrl',
  'malformedLines',
  'stats',
  'repeatedIds',
];
const REMOTE = ['source', 'since', 'patient', 'group'];

export function declareServerOptions(command: Command): void {
  command
    .optionsGroup('On a server, by $sql-run:')
    .option(
      '--server <url>',
      '(this or --input is required) FHIR base URL of the server that evaluates the views. MILLRACE_TOKEN may have a bearer token',
      httpUrl,
    )
    .option('--source <name>', 'name of a source that the server has')
    .option('--since <instant>', 'only resources that changed later', instant)
    .option('--patient <id>', 'only what belongs to this patient; may be repeated', resourceIds('Patient'))
    .option(
      '--group <id>',
      'only what belongs to patients who are members of this group; may be repeated',
      resourceIds('Group'),
    );
}

/**
 * Refuses options that have no meaning where the views are evaluated.
 *
 * @throws UsageError that names them
 */
export function refuseMeaningless(command: Command, isOnServer: boolean): void {
  const given = (isOnServer ? LOCAL : REMOTE)
    .filter((name) => command.getOptionValueSource(name) === 'cli')
    .map((name) => flagOf(command.options, name));
  if (given.length === 0) return;
  const [does, instead] = isOnServer
    ? ['--server evaluates the views on the server, over its own data', 'leave out --server to evaluate here']
    : ['--input evaluates the views here', 'give --server in place of --input to evaluate there'];
  throw new UsageError(`${does}, which leaves no meaning to ${given.join(', ')}: ${instead}`);
}

function flagOf(options: readonly Option[], name: string): string {
  return options.find((option) => option.attributeName() === name)?.long ?? name;
}

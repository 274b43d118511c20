import type { Command } from 'commander';
import { httpUrl, LENIENT } from '../option-values.js';
import type { Terminal } from '../terminal.js';
import { pull } from './pull.js';
import { push } from './push.js';

const SERVER = ['--server <url>', 'FHIR base URL of the server', httpUrl] as const;
const WHICH =
  '\nA definition of the folder is that of the server with its id; without an id, that with its url and version; without\n' +
  'either, the name of the file is the id. MILLRACE_TOKEN may have a bearer token.';

/** Definitions of a server as files, which can be kept in a repository. */
export function declareDefinitions(definitions: Command, terminal: Terminal): void {
  const serverAt = (url: string) => {
    const token = terminal.env['MILLRACE_TOKEN'];
    const headers: Readonly<Record<string, string>> =
      token === undefined ? {} : { Authorization: `Bearer ${token}` };
    return { url, headers, signal: terminal.signal };
  };
  definitions
    .command('push')
    .description(
      'stores views, Libraries, ValueSets and ConceptMaps of a folder; what is stored already stays',
    )
    .argument('<dir>', 'folder of files in JSON or YAML, one definition each')
    .requiredOption(...SERVER)
    .option(...LENIENT)
    .addHelpText('after', WHICH)
    .action((folder: string, { server, lenient }: { server: string; lenient?: true }) =>
      push(folder, { server: serverAt(server), lenient: lenient === true }, terminal),
    );
  definitions
    .command('pull')
    .description('writes all definitions of a server to a folder, as JSON; files that are equal stay')
    .argument('<dir>', 'folder; it is made if it is not there')
    .requiredOption(...SERVER)
    .addHelpText('after', WHICH)
    .action((folder: string, { server }: { server: string }) => pull(folder, serverAt(server), terminal));
}

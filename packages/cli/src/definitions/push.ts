import { CommandFailedError } from '../errors.js';
import { harmlessName, print, say, type Terminal } from '../terminal.js';
import { comparable, withId } from './definition-text.js';
import type { DefinitionFile } from './definition-files.js';
import { readDefinitionFiles } from './definition-files.js';
import {
  DefinitionNotTakenError,
  readDefinition,
  searchDefinitions,
  storeDefinition,
} from './definitions-server.js';
import type { DefinitionsServer, ServedDefinition } from './definitions-server.js';

/**
 * Stores the definitions of a folder. One that the server has already, but for spaces and what the server writes itself, is
 * not written again. Each file has a line: what was done, the address, the path.
 *
 * @throws CommandFailedError at the end, when some were refused; UsageError
 */
export async function push(
  folder: string,
  { server, lenient }: { readonly server: DefinitionsServer; readonly lenient: boolean },
  terminal: Terminal,
): Promise<void> {
  const { files, faults } = await readDefinitionFiles(folder);
  for (const line of faults) say(terminal, `refused: ${harmlessName(line)}`);
  const counts = { created: 0, updated: 0, unchanged: 0, refused: faults.length };
  for (const file of files) {
    const done = await pushOne(file, server, lenient).catch((error: unknown) => {
      if (error instanceof DefinitionNotTakenError || error instanceof UnclearDefinitionError) return error;
      throw error;
    });
    if (done instanceof Error) {
      counts.refused += 1;
      say(terminal, `refused: ${harmlessName(`${file.path}: ${done.message}`)}`);
    } else {
      counts[done.outcome] += 1;
      print(terminal, `${done.outcome}\t${file.type}/${done.id}\t${file.path}`);
    }
  }
  const { created, updated, unchanged, refused } = counts;
  const summary = `${created} created, ${updated} updated, ${unchanged} unchanged`;
  if (refused > 0) throw new CommandFailedError(`${summary}, ${refused} refused`);
  say(terminal, summary);
}

/** The server has several definitions that a file may stand for. */
class UnclearDefinitionError extends Error {
  override readonly name = 'UnclearDefinitionError';
}

async function pushOne(
  file: DefinitionFile,
  server: DefinitionsServer,
  lenient: boolean,
): Promise<{ readonly outcome: 'created' | 'updated' | 'unchanged'; readonly id: string }> {
  const { type, text } = file;
  const known = await stored(file, server);
  if (known !== undefined && comparable(known.text) === comparable(text))
    return { outcome: 'unchanged', id: known.id };
  const id = file.id ?? known?.id;
  const condition = new URLSearchParams(criteriaOf(file)).toString();
  const sent = { type, id, text: id === undefined ? text : withId(text, id) };
  const done = await storeDefinition(server, sent, { known, condition, lenient });
  return { outcome: done.isCreated ? 'created' : 'updated', id: done.id };
}

/** The definition of the server that a file stands for: of its id, else of its `url` and `version`. */
async function stored(
  file: DefinitionFile,
  server: DefinitionsServer,
): Promise<ServedDefinition | undefined> {
  if (file.id !== undefined) return readDefinition(server, file.type, file.id);
  const found: ServedDefinition[] = [];
  for await (const one of searchDefinitions(server, file.type, criteriaOf(file))) {
    found.push(one);
    if (found.length > 1) {
      const ids = found.map(({ id }) => id).join(' and ');
      throw new UnclearDefinitionError(
        `the server has several of this url and version, such as ${ids}: give the file the id that is meant`,
      );
    }
  }
  return found[0];
}

function criteriaOf({ url = '', version }: DefinitionFile): Record<string, string> {
  const escaped = (text: string) => text.replaceAll(/[\\,|$]/g, String.raw`\$&`);
  return {
    url: escaped(url),
    ...(version === undefined ? { 'version:missing': 'true' } : { version: escaped(version) }),
  };
}

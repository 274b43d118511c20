import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { STORED_TYPES } from '@millrace/protocol';
import type { StoredType } from '@millrace/protocol';
import { CommandFailedError } from '../errors.js';
import { harmlessName, print, say, type Terminal } from '../terminal.js';
import { comparable, withoutVersion } from './definition-text.js';
import { readDefinitionFiles } from './definition-files.js';
import type { DefinitionFile } from './definition-files.js';
import { searchDefinitions } from './definitions-server.js';
import type { DefinitionsServer, ServedDefinition } from './definitions-server.js';

/**
 * Writes the definitions of a server to a folder, each as the server has it but for the version in `meta`. A file that stands for
 * one is written only where it differs; other files are left alone. Each definition has a line: what was done, the address, the path.
 *
 * @throws CommandFailedError when a file of YAML differs: it is kept
 */
export async function pull(folder: string, server: DefinitionsServer, terminal: Terminal): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { files, faults } = await readDefinitionFiles(folder);
  for (const line of faults) say(terminal, `warning: ${harmlessName(line)}`);
  const byId = new Map(
    files.flatMap((file) => (file.id === undefined ? [] : [[idKey(file.type, file.id), file] as const])),
  );
  const byUrl = new Map(
    files.flatMap((file) => (file.id === undefined ? [[urlKey(file.type, file), file] as const] : [])),
  );
  const counts = { written: 0, unchanged: 0, kept: 0 };
  for (const type of STORED_TYPES) {
    for await (const definition of searchDefinitions(server, type)) {
      const file = byId.get(idKey(type, definition.id)) ?? byUrl.get(urlKey(type, definition));
      const { outcome, path } = await pullOne(folder, type, definition, file);
      counts[outcome] += 1;
      print(terminal, `${outcome}\t${type}/${definition.id}\t${path}`);
    }
  }
  const { written, unchanged, kept } = counts;
  const summary = `${written} written, ${unchanged} unchanged`;
  if (kept > 0)
    throw new CommandFailedError(
      `${summary}, ${kept} kept: these files are YAML and differ; remove them, and pull writes JSON`,
    );
  say(terminal, summary);
}

async function pullOne(
  folder: string,
  type: StoredType,
  { id, text }: ServedDefinition,
  file: DefinitionFile | undefined,
): Promise<{ readonly outcome: 'written' | 'unchanged' | 'kept'; readonly path: string }> {
  const path = file?.path ?? join(folder, `${type}-${id}.json`);
  if (file !== undefined && comparable(file.text) === comparable(text)) return { outcome: 'unchanged', path };
  if (/[.]ya?ml$/i.test(path)) return { outcome: 'kept', path };
  await writeFile(path, `${withoutVersion(text)}\n`);
  return { outcome: 'written', path };
}

function idKey(type: StoredType, id: string): string {
  return `${type}/${id}`;
}

function urlKey(
  type: StoredType,
  { url, version }: { readonly url: string | undefined; readonly version: string | undefined },
): string {
  return JSON.stringify([type, url, version]);
}

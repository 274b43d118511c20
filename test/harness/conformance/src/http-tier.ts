import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServerRefusedError, awaitResult, downloadExport, fetchManifest, kickOff } from '@millrace/client';
import { createResourceParser, toJsonText } from '@millrace/viewdef';
import type { SuiteFile } from './suite-folder.js';
import type { RunView, ViewOutcome } from './view-suite.js';

/** Writes the resources of each file as a source of its own: `{folder}/{source}/{type}.ndjson`. */
export async function writeSources(files: readonly SuiteFile[], folder: string): Promise<void> {
  for (const file of files) {
    const source = join(folder, sourceOf(file));
    await mkdir(source, { recursive: true });
    for (const type of new Set(file.resources.map(({ resourceType }) => resourceType))) {
      const ofType = file.resources.filter(({ resourceType }) => resourceType === type);
      const text = ofType.map((resource) => `${toJsonText(resource)}\n`).join('');
      await writeFile(join(source, `${type}.ndjson`), text);
    }
  }
}

/**
 * Runs views as exports from the source of a file, which holds its resources. A refusal may come at kick-off or as
 * the result.
 *
 * @param folder where the downloads go
 */
export function runOverHttp(server: string, file: SuiteFile, folder: string, signal: AbortSignal): RunView {
  return async (view) => {
    try {
      // Tests leave out `resourceType`, without which nothing can be sent.
      const subjects = [{ name: 'rows', resource: { resourceType: 'ViewDefinition', ...view } }];
      const order = { subjects, format: 'ndjson', source: sourceOf(file) } as const;
      const resultUrl = await awaitResult(await kickOff(server, order, { signal }), { signal });
      const manifest = await fetchManifest(resultUrl, { signal });
      const files = await downloadExport(manifest, folder, { format: 'ndjson', signal });
      return outcomeOf(await Promise.all(files.map(({ path }) => readFile(path, 'utf8'))));
    } catch (error) {
      // A server that breaks has not refused anything.
      if (!(error instanceof ServerRefusedError) || error.issues.length === 0) throw error;
      return { refusal: error.message };
    }
  };
}

/** The rows of NDJSON files. Their lines tell the order of columns, so no line tells nothing. */
export function outcomeOf(texts: readonly string[]): ViewOutcome {
  const rows = texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line !== '')
    .map(parseRow);
  const [first] = rows;
  return { rows, columns: first && Object.keys(first) };
}

const parse = createResourceParser([{ numberKeys: 'any' }]);

type Rows = Extract<ViewOutcome, { readonly rows: unknown }>['rows'];

function parseRow(line: string): Rows[number] {
  const row = parse(line);
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw new Error(`expected a JSON object on each line of the export, got ${line}`);
  }
  return row as Rows[number]; // a JSON object with values of any kind
}

function sourceOf(file: SuiteFile): string {
  return file.name.replace(/\.json$/, '');
}

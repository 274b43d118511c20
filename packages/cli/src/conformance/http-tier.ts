import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServerRefusedError, awaitResult, downloadExport, fetchManifest, kickOff } from '@millrace/client';
import { asResource } from './in-process-tier.js';
import type { Outcome, SuiteFile, SuiteRow, SuiteTest } from './suite.js';

/** Writes the resources of each file as a source of its own: `{folder}/{source}/{type}.ndjson`. */
export async function writeSources(files: readonly SuiteFile[], folder: string): Promise<void> {
  for (const file of files) {
    const source = join(folder, sourceOf(file));
    await mkdir(source, { recursive: true });
    for (const type of new Set(file.resources.map(({ resourceType }) => resourceType))) {
      const ofType = file.resources.filter(({ resourceType }) => resourceType === type);
      const text = ofType.map((resource) => `${JSON.stringify(resource)}\n`).join('');
      await writeFile(join(source, `${type}.ndjson`), text);
    }
  }
}

/** Runs a test as an export from its source. A refusal may come at kick-off or as the result. */
export async function runOverHttp(
  server: string,
  file: SuiteFile,
  test: SuiteTest,
  folder: string,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const subjects = [{ name: 'rows', resource: asResource(test.view) }];
    const order = { subjects, format: 'ndjson', source: sourceOf(file) } as const;
    const resultUrl = await awaitResult(await kickOff(server, order, { signal }), { signal });
    const manifest = await fetchManifest(resultUrl, { signal });
    const files = await downloadExport(manifest, folder, { format: 'ndjson', signal });
    const texts = await Promise.all(files.map(({ path }) => readFile(path, 'utf8')));
    const rows = texts.flatMap((text) =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map(parseRow),
    );
    return { kind: 'rows', columns: Object.keys(rows[0] ?? {}), rows };
  } catch (error) {
    // A server that breaks has not refused anything.
    if (!(error instanceof ServerRefusedError) || error.issues.length === 0) throw error;
    return { kind: 'refused', reason: error.message };
  }
}

function sourceOf(file: SuiteFile): string {
  return file.name.replace(/\.json$/, '');
}

function parseRow(line: string): SuiteRow {
  // The NDJSON writer of the server under test gives one object a line; anything else shows up in the comparison.
  return JSON.parse(line) as SuiteRow;
}

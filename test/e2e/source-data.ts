import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleDataDir } from '@millrace/samples';
import { SYNTHEA, hasSynthea } from '../synthea.js';
import { ORACLE_VIEWS } from './independent-views.js';
import type { OracleResource, OracleRow, OracleView } from './independent-views.js';

/** Public Synthea data where it is at hand, else the bundled sample: both have the resource types of the views. */
export const DATA_FOLDER = hasSynthea ? SYNTHEA : sampleDataDir;

/** Writes a file of observations that is at least so long, the same ones over and over, and returns its path. */
export async function writeObservations(folder: string, bytes: number): Promise<string> {
  const observations = await readFile(join(DATA_FOLDER, 'Observation.ndjson'), 'utf8');
  const file = join(folder, 'Observation.ndjson');
  await writeFile(file, observations.repeat(Math.ceil(bytes / observations.length)));
  return file;
}

/** The rows that a view must give over a folder of NDJSON files, in input order. */
export async function oracleRows(view: OracleView, folder: string = DATA_FOLDER): Promise<OracleRow[]> {
  const files = (await readdir(folder)).filter((name) => name.startsWith(`${view.resource}.`)).sort();
  const rows: OracleRow[] = [];
  for (const file of files) {
    for (const line of (await readFile(join(folder, file), 'utf8')).split('\n')) {
      if (line.trim() !== '') rows.push(...view.rows(JSON.parse(line) as OracleResource));
    }
  }
  return rows;
}

export function oracleView(resource: string): OracleView {
  const view = ORACLE_VIEWS.find((candidate) => candidate.resource === resource);
  if (!view) throw new Error(`no view over ${resource}`);
  return view;
}

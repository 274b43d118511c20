import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sample } from './generate-sample.js';

/** Folder of the small sample that comes with the package: `{type}.ndjson`. */
export const sampleDataDir = fileURLToPath(new URL('../data', import.meta.url));

/** Folder of the ViewDefinitions that go with it: `{name}.json`. */
export const sampleViewsDir = fileURLToPath(new URL('../views', import.meta.url));

/** The sample that `sampleDataDir` was made from. */
export const BUNDLED_SAMPLE: Sample = { seed: 1, patients: 36 };

export interface BundledView {
  readonly name: string;
  readonly file: string;
  /** The ViewDefinition, as parsed JSON. */
  readonly view: Readonly<Record<string, unknown>>;
}

/** All views of `sampleViewsDir`, by name. */
export async function bundledViews(): Promise<BundledView[]> {
  const files = (await readdir(sampleViewsDir)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (name) => {
      const file = join(sampleViewsDir, name);
      const view = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
      return { name: name.slice(0, -'.json'.length), file, view };
    }),
  );
}

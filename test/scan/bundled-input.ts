import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledViews } from '@millrace/samples';
import { compileView } from '@millrace/viewdef';
import type { CompiledView } from '@millrace/viewdef';

/** The bundled views by name, compiled. */
export const bundled = (await bundledViews()).map(({ name, view }) => [name, compileView(view)] as const);

/** The resources that a view is about, of a folder of NDJSON files. */
export function linesOf(folder: string, { resource }: CompiledView): Buffer {
  return readFileSync(join(folder, `${resource}.ndjson`));
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileView } from '@millrace/viewdef';
import type { CompiledView, EngineChoice, FhirVersion } from '@millrace/viewdef';

/** A ViewDefinition of the corpus that ran when it was collected. */
export interface PublicView {
  readonly name: string;
  readonly definition: Readonly<Record<string, unknown>>;
  /** As the view is written, for the values that it compares with. */
  readonly text: string;
}

/** The views that compiled when the corpus was made, by its `index.tsv`. */
export function readPublicViews(folder: string): readonly PublicView[] {
  const [heads = '', ...lines] = readFileSync(join(folder, 'index.tsv'), 'utf8').trimEnd().split('\n');
  const columns = heads.split('\t');
  const [file, compiled] = [columns.indexOf('file'), columns.indexOf('compiled_on_R4')];
  return lines
    .map((line) => line.split('\t'))
    .filter((cells) => cells[compiled] === 'ok')
    .map((cells) => {
      const name = cells[file] ?? '';
      const text = readFileSync(join(folder, `${name}.json`), 'utf8');
      return { name, text, definition: JSON.parse(text) as PublicView['definition'] };
    });
}

/** Compiles as for a request with `Prefer: handling=lenient`. */
export function compileLeniently(
  { definition }: PublicView,
  engine: EngineChoice,
  fhirVersion: FhirVersion = 'R4',
): CompiledView {
  return compileView(definition, { engine, fhirVersion, checks: 'lenient' });
}

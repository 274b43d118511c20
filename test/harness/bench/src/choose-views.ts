import { bundledViews } from '@millrace/samples';
import type { BundledView } from '@millrace/samples';
import { BenchmarkError } from './errors.js';

/** The bundled views of the given names, or all of them. @throws BenchmarkError for a name that none has */
export async function chooseViews(names: readonly string[] | undefined): Promise<BundledView[]> {
  const all = await bundledViews();
  if (names === undefined) return all;
  const chosen = all.filter(({ name }) => names.includes(name));
  if (chosen.length < names.length) {
    const known = all.map(({ name }) => name).join(', ');
    throw new BenchmarkError(`--view is ${names.join(' ')}, expected names out of ${known}`);
  }
  return chosen;
}

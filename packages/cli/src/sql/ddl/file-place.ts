import { readdir } from 'node:fs/promises';
import type { LoadedFormat, LoadedTable } from './loaded-table.js';

/** The placeholder for the name of a table in a location. */
const NAME = '{name}';

/**
 * The place of the files of a table.
 *
 * @param location folder, prefix or stage; one for each table where it has `{name}`
 */
export async function filePlace(
  location: string,
  name: string,
  format: LoadedFormat,
): Promise<Pick<LoadedTable, 'folder' | 'isFolderOwn' | 'files' | 'strangers'>> {
  const folder = location.replaceAll(NAME, name).replace(/(.)\/+$/, '$1');
  // A bucket or a stage is no folder of this machine.
  const names = await readdir(folder).catch(() => []);
  const files = filesOf(names, name, format);
  const strangers = names.filter(
    (file) => file.startsWith(`${name}.`) && file.endsWith(format) && !files.includes(file),
  );
  return { folder, isFolderOwn: location.includes(NAME), files, strangers };
}

/** In the order of their parts. */
function filesOf(names: readonly string[], name: string, format: LoadedFormat): readonly string[] {
  const files = names.flatMap((file) => {
    const [, part = '0', ending] = /^[.](?:part(\d+)[.])?(\w+)$/.exec(file.slice(name.length)) ?? [];
    return file.startsWith(name) && ending === format ? [{ file, part: Number(part) }] : [];
  });
  return files.sort((a, b) => a.part - b.part).map(({ file }) => file);
}

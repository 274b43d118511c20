import type { Dialect, LoadedTable } from './loaded-table.js';

/**
 * Why the files of a table cannot be told from others in their folder, whose rows would be loaded beside its own; undefined where
 * they can.
 *
 * @param tables all that are loaded
 */
export function mixedFiles(
  { name, format, folder, files, strangers }: LoadedTable,
  tables: readonly LoadedTable[],
  { takesPattern = false }: Dialect,
): string | undefined {
  const whole = `${name}.${format}`;
  if (files.length > 1 && files.includes(whole))
    return `${folder} has ${whole} and parts of ${name}, which are of two exports: keep the files of one`;
  if (!takesPattern) return undefined;
  const other =
    strangers[0] ??
    tables.find((table) => table.folder === folder && table.name.startsWith(`${name}.`))?.name;
  if (other === undefined) return undefined;
  return `${folder} has ${other}, whose name begins as those of the files of ${name}: keep a folder for each table, and give --location with {name}`;
}

import type { Dialect, LoadedTable } from './loaded-table.js';

/** Why an engine would read other files than those of a table, or none, because of its name; undefined where it reads them. */
export function nameFault(
  { name }: LoadedTable,
  { takesPattern = false, skipsUnderscore = false }: Dialect,
): string | undefined {
  if (takesPattern && /[*?[\]{}]/.test(name))
    return `the name ${name} has one of * ? [ ] { }, which mean something else in the pattern for its files: give the output another name`;
  if (skipsUnderscore && name.startsWith('_'))
    return `the engine skips files whose names begin with an underscore, such as those of ${name}: give the output another name`;
  return undefined;
}

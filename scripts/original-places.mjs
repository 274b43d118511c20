import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';

/**
 * A plugin of esbuild: a bundled module finds its own files where they were, and threads where the bundle has them.
 *
 * @param {string} folder of the bundle
 * @param {Record<string, string>} entries built modules that a process or a thread starts with, by their names in the
 *   bundle
 * @param {{ here?: string, ending?: string }} options `here` is an expression for the URL of the bundle, `ending` that of the
 *   files of entries
 */
export function originalPlaces(folder, entries, { here = 'import.meta.url', ending = '.js' } = {}) {
  const entryOf = (path) => Object.keys(entries).find((name) => entries[name] === path);
  return {
    name: 'original-places',
    setup({ onLoad }) {
      onLoad({ filter: /[.]m?js$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        if (!text.includes('import.meta.url')) return undefined;
        const place = relative(folder, path).split(sep).join('/');
        const original = `new URL(${JSON.stringify(`./${place}`)}, ${here}).href`;
        const contents = text.replaceAll(
          /new URL\('([^']+)', import\.meta\.url\)|import\.meta\.url/g,
          (found, file) => {
            const entry = file === undefined ? undefined : entryOf(resolve(dirname(path), file));
            if (entry !== undefined) return `new URL('./${entry}${ending}', ${here})`;
            return file === undefined ? original : `new URL('${file}', ${original})`;
          },
        );
        return { contents, loader: 'js' };
      });
    },
  };
}

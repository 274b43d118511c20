import { isRemoved } from './round-seen.js';
import type { ExportSeen, RoundSeen } from './round-seen.js';
import { listedFiles } from './stored-manifest.js';

/** No object may be listed twice, neither by one export nor by two. */
export function checkListedOnce({ exports, listedBefore }: RoundSeen): string[] {
  const owner = new Map(listedBefore);
  const problems: string[] = [];
  for (const { id, manifest } of exports) {
    for (const { key } of listedFiles(manifest)) {
      const other = owner.get(key);
      if (other !== undefined) problems.push(`${key} is listed by export ${other} and by export ${id}`);
      owner.set(key, id);
    }
  }
  return problems;
}

/** Every listed file is in the store, below its own export, and clients download the same bytes. */
export function checkStored({ exports, keys }: RoundSeen): string[] {
  return exports.flatMap((seen) => [
    ...listedFiles(seen.manifest).flatMap(({ key }) => [
      ...(keys.has(key) ? [] : [`export ${seen.id} lists ${key}, which is not stored`]),
      ...(key.split('/')[1] === seen.id ? [] : [`export ${seen.id} lists ${key} of another export`]),
    ]),
    ...differentDownloads(seen),
  ]);
}

function differentDownloads({ id, files, manifest }: ExportSeen): string[] {
  const listed = new Map(listedFiles(manifest).map((file) => [file.name, file.sha256]));
  if (manifest?.outcome === 'completed' && files.length !== listed.size) {
    return [`export ${id} lists ${listed.size} files and shows ${files.length}`];
  }
  return files
    .filter(({ name, sha256 }) => listed.get(name) !== sha256)
    .map(({ name }) => `file ${name} of export ${id} has other bytes than its manifest says`);
}

/** Of an export that a client removed nothing is stored or sent any more, but for the tombstone of one that ran. */
export function checkRemoved({ exports, keys }: RoundSeen): string[] {
  return exports
    .filter((seen) => isRemoved(seen))
    .flatMap(({ id, manifest, stillServed }) => [
      ...stillServed.map((name) => `export ${id} was removed, and file ${name} is still sent`),
      ...(manifest?.outcome === 'cancelled'
        ? []
        : [...keys]
            .filter((key) => key.split('/')[1] === id)
            .map((key) => `export ${id} was removed, and ${key} is still stored`)),
    ]);
}

/** Objects of the round's exports that nobody lists: leftovers of attempts that were killed. */
export function unlistedKeys({ exports, keys }: Pick<RoundSeen, 'exports' | 'keys'>): string[] {
  const expected = new Set(
    exports.flatMap(({ id, manifest }) => [
      // The request may name patients, and goes with what was cancelled.
      ...(manifest?.outcome === 'cancelled' ? [] : ['request']).map((name) => `default/${id}/${name}.json`),
      ...['manifest', 'deleted'].map((name) => `default/${id}/${name}.json`),
      ...listedFiles(manifest).map(({ key }) => key),
    ]),
  );
  const ids = new Set(exports.map(({ id }) => id));
  return [...keys].filter((key) => ids.has(key.split('/')[1] ?? '') && !expected.has(key));
}

/** Exports that have objects although no client knows them: their kick-off was broken off before its answer. */
export function untoldExports(keys: ReadonlySet<string>, known: ReadonlySet<string>): number {
  const stored = [...keys]
    .filter((key) => key.endsWith('/request.json'))
    .map((key) => key.split('/')[1] ?? '');
  return stored.filter((id) => !known.has(id)).length;
}

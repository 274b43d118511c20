import { compareKeys } from '../keys.js';

/** Files of some kind: how many there are, and the first of them by name. */
export interface NamedFiles {
  /** At most ten, in key order. */
  readonly names: readonly string[];
  readonly count: number;
}

const MOST_NAMES = 10;

export interface GatheredFiles extends NamedFiles {
  add(key: string): void;
  /** Counts files whose names are not known. */
  addUnnamed(files: number): void;
}

/** Counts files and keeps the names of the first ones, however many there are. */
export function createNamedFiles(): GatheredFiles {
  const names: string[] = [];
  let count = 0;
  return {
    names,
    get count() {
      return count;
    },
    add(key) {
      count += 1;
      const at = names.findIndex((name) => compareKeys(key, name) < 0);
      names.splice(at < 0 ? names.length : at, 0, key);
      if (names.length > MOST_NAMES) names.pop();
    },
    addUnnamed(files) {
      count += files;
    },
  };
}

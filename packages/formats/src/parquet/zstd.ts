import { createRequire } from 'node:module';
import type * as Library from '@bokuweb/zstd-wasm';

/** The default of zstd, 3, made pages of the bundled views no smaller, and encoding took a fifth longer. */
const LEVEL = 1;

let loaded: typeof Library.compress | undefined;
let loading: Promise<void> | undefined;

/** Loads zstd. It is to be awaited once before pages are compressed with it on this thread. */
export function loadZstd(): Promise<void> {
  loading ??= load();
  return loading;
}

// Node has zstd from 22.15 on. The same library on all versions gives the same bytes on all of them. It reads a file beside its
// modules, so that it must not become part of a bundle.
async function load(): Promise<void> {
  const library = createRequire(import.meta.url)('@bokuweb/zstd-wasm') as typeof Library;
  await library.init();
  loaded = library.compress;
}

/** One frame. @throws Error unless `loadZstd` has been awaited */
export function zstdFrame(bytes: Uint8Array): Uint8Array {
  if (loaded === undefined)
    throw new Error('zstd is not loaded: await `readyFormat` before rows are encoded');
  return loaded(bytes, LEVEL);
}

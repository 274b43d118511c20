import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);

/** Kept between runs and safe to remove: an unpacked Redis. */
export const CACHE_FOLDER = fileURLToPath(new URL('.cache', root));

/** Generated sources, kept between runs; each folder in it is a source. */
export const SOURCES_FOLDER = fileURLToPath(new URL('.cache/bench/sources', root));

/** Entry modules of the services. They are started, never imported. */
export const SERVICE_MAIN = {
  api: fileURLToPath(new URL('services/api/dist/main.js', root)),
  worker: fileURLToPath(new URL('services/worker/dist/main.js', root)),
} as const;

/** Body of an engine thread of a worker: started as a thread, never imported. */
export const ENGINE_THREAD_MAIN = new URL('services/worker/dist/engine-thread.js', root);

import { fileURLToPath } from 'node:url';

const root = new URL('../../../../', import.meta.url);

/** Generated sources, kept between runs; each folder in it is a source. */
export const SOURCES_FOLDER = fileURLToPath(new URL('.cache/bench/sources', root));

/** Body of an engine thread of a worker: started as a thread, never imported. */
export const ENGINE_THREAD_MAIN = new URL('services/worker/dist/engine-thread.js', root);

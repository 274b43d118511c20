import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);

/** Kept between runs and safe to remove: an unpacked Redis. */
export const CACHE_FOLDER = fileURLToPath(new URL('.cache', root));

/** What the demo leaves to look at. */
export const STATE_FOLDER = fileURLToPath(new URL('.local', root));

/** Entry modules of the processes of a stack. They are started, never imported. */
export const SERVICE_MAIN = {
  api: fileURLToPath(new URL('services/api/dist/main.js', root)),
  worker: fileURLToPath(new URL('services/worker/dist/main.js', root)),
} as const;

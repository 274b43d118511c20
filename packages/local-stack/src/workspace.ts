import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);

/** Kept between runs and safe to remove: an unpacked Redis. */
export const CACHE_FOLDER = fileURLToPath(new URL('.cache', root));

/** Entry modules of the bundled services, as containers start them. They are started, never imported. */
export const SERVICE_MAIN = {
  api: fileURLToPath(new URL('services/api/dist/bundle/main.js', root)),
  worker: fileURLToPath(new URL('services/worker/dist/bundle/main.js', root)),
} as const;

export type ServiceKind = keyof typeof SERVICE_MAIN;

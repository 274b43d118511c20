import { fileURLToPath } from 'node:url';

/** What the demo leaves to look at. */
export const STATE_FOLDER = fileURLToPath(new URL('../../../.local', import.meta.url));

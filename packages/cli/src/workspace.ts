import { fileURLToPath } from 'node:url';

/** The output of the demo. */
export const STATE_FOLDER = fileURLToPath(new URL('../../../.local', import.meta.url));

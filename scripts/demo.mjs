// `npm run demo [-- --exit]`: from a bare clone to a finished export.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfNeeded, installIfNeeded, root } from './prepare.mjs';

installIfNeeded();
buildIfNeeded();
process.argv.splice(2, 0, 'demo');
await import(pathToFileURL(join(root, 'packages/cli/dist/main.js')).href);

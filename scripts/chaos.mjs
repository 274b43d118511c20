// `npm run chaos -- [--minutes N] [--seed N]`: breaks a stack while exports run, and checks the invariants.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfNeeded, installIfNeeded, root } from './prepare.mjs';

installIfNeeded();
buildIfNeeded();
await import(pathToFileURL(join(root, 'test/harness/chaos/dist/main.js')).href);

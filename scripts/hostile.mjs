// `npm run hostile -- [--seconds N] [--seed N] [--sockets N]`: attacks an API while another client works.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfNeeded, installIfNeeded, root } from './prepare.mjs';

installIfNeeded();
buildIfNeeded();
await import(pathToFileURL(join(root, 'test/harness/hostile/dist/main.js')).href);

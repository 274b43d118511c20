// `npm run conformance -- <folder of the suite> [--report FILE]`: runs the official suite on every engine tier and over HTTP.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfNeeded, installIfNeeded, root } from './prepare.mjs';

installIfNeeded();
buildIfNeeded();
await import(pathToFileURL(join(root, 'test/harness/conformance/dist/main.js')).href);

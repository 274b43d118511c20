// `npm run differential -- [--tiers A,B] [--passes N] [--cases N] [--seed S] [--minutes N]`: compares engines on generated cases.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfNeeded, installIfNeeded, root } from './prepare.mjs';

installIfNeeded();
buildIfNeeded();
await import(pathToFileURL(join(root, 'test/harness/differential/dist/main.js')).href);

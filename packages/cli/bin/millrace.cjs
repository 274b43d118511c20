#!/usr/bin/env node
'use strict';
// Committed because npm links it before anything is built, or runs it before anything is installed. It is no module:
// the loader of modules takes a tenth of the time in which Node starts.
const { existsSync, readFileSync, statSync } = require('node:fs');
const { join } = require('node:path');
const { loadScript } = require('./load-script.cjs');

const root = join(__dirname, '../../..');
const bundles = join(__dirname, '../dist/bundle');

/** The bundle that was built last; undefined where there is none. */
function readBundle() {
  try {
    return JSON.parse(readFileSync(join(bundles, 'current.json'), 'latin1'));
  } catch {
    return undefined;
  }
}

/** Whether the sources of the script are those that it was made of. A package that is installed has no sources. */
function isFresh({ sources }) {
  const isSame = ([file, mtimeMs, size]) => {
    const found = statSync(join(root, file), { throwIfNoEntry: false });
    return found?.mtimeMs === mtimeMs && found.size === size;
  };
  return !existsSync(join(root, 'scripts/prepare.mjs')) || sources.every(isSame);
}

async function start() {
  const [first = '--help'] = process.argv.slice(2);
  // The script has this command and the help of the program. Other commands are modules, and take their time anyway.
  const isInScript = first === 'run' || first.startsWith('-');
  const load = ({ folder }) =>
    loadScript(join(bundles, folder, 'millrace.script'), first === 'run' ? 'at exit' : 'never');
  const found = readBundle();
  if (found !== undefined && isInScript && isFresh(found)) return load(found);
  // Without a build of its own there is a long wait: somebody who sees nothing would end it.
  if (found === undefined && existsSync(join(root, 'scripts/prepare.mjs')))
    process.stderr.write('millrace is built first, which takes minutes; later runs begin at once\n');
  const prepare = await import('../../../scripts/prepare.mjs');
  // After that, `npm ci` is up to the user.
  if (!prepare.isAnythingInstalled()) prepare.installIfNeeded();
  prepare.buildIfNeeded();
  const built = readBundle() ?? found;
  if (built === undefined) {
    process.stderr.write(
      'error: the command line is not built: run npm run build with all packages installed\n',
    );
    process.exitCode = 1;
    return;
  }
  if (isInScript) load(built);
  else await import(`../dist/bundle/${built.folder}/millrace.js`);
}

void start();

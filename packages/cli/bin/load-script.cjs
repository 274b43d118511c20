'use strict';
// Loads a script of the bundle together with the code that V8 made of it in an earlier process: compiling a megabyte
// takes a third of a small run. V8 refuses code of another version of V8, or made with other flags, and compiles anew.
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { pathToFileURL } = require('node:url');
const vm = require('node:vm');

/** A thread has made its functions by then, and waits for its next task. */
const SOON_MS = 50;

/** Modules of Node that Node has not loaded when it starts, and that most runs do without. */
const LATE = ['child_process', 'net', 'worker_threads', 'zlib'].map((name) => `node:${name}`);

/** `require` for scripts: it loads some modules when one of their exports is used. */
function lateRequire(name) {
  if (!LATE.includes(name)) return require(name);
  return new Proxy({}, { get: (_, key) => require(name)[key] });
}

/**
 * Runs a script of the bundle: a function of `require` and of the URL of its folder.
 *
 * @param {string} file of ASCII characters. Its name changes with its content, of which V8 compares only the length.
 * @param {'at exit' | 'soon' | 'never'} when code that there is none of is stored: beside the script, for it is trusted
 *   likewise. It has the functions that have run by then, at the exit of a process that did not fail.
 */
exports.loadScript = (file, when) => {
  const stored = `${file}-${process.version}-${process.arch}.code`;
  const script = new vm.Script(readFileSync(file, 'latin1'), {
    filename: file,
    cachedData: readStored(stored),
    importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (script.cachedDataRejected !== false) {
    if (when === 'at exit') process.once('exit', (code) => code === 0 && storeWhole(stored, script));
    if (when === 'soon') setTimeout(storeWhole, SOON_MS, stored, script).unref();
  }
  script.runInThisContext()(lateRequire, pathToFileURL(`${dirname(file)}/`).href);
};

function readStored(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Other processes find all of it or nothing. Where the folder cannot be written, scripts are compiled each time. */
function storeWhole(file, script) {
  const part = `${file}.${process.pid}`;
  try {
    writeFileSync(part, script.createCachedData());
    renameSync(part, file);
  } catch {
    // The next process tries again.
  }
}

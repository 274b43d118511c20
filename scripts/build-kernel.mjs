// Compiles packages/scan/assembly to dist/kernel.wasm, when a source of it differs from what was compiled last.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const scan = join(root, 'packages/scan');
const compiler = join(root, 'node_modules/assemblyscript/dist/asc.js');
const MEMORY_PAGES = '352';

/** Does nothing where there is no compiler: an image is built when it is made. */
async function buildKernel() {
  if (!existsSync(compiler)) return;
  const fingerprint = fingerprintOf();
  const stamp = join(scan, 'dist/kernel.fingerprint');
  const isDone = existsSync(join(scan, 'dist/kernel.wasm')) && existsSync(stamp);
  if (isDone && readFileSync(stamp, 'utf8') === fingerprint) return;
  process.stderr.write('building the kernel (asc) ...\n');
  mkdirSync(join(scan, 'dist'), { recursive: true });
  const { main } = await import(pathToFileURL(compiler).href);
  const { error, stderr } = await main(argumentsOf(), { stdout: process.stderr });
  if (error) throw new Error(stderr.toString(), { cause: error });
  writeFileSync(stamp, fingerprint);
}

/** The memory is fixed: the host lays its buffers out once. The text form is there for a test of it. */
function argumentsOf() {
  const folder = 'packages/scan';
  const outputs = ['-o', `${folder}/dist/kernel.wasm`, '-t', `${folder}/dist/kernel.wat`];
  const memory = ['--initialMemory', MEMORY_PAGES, '--maximumMemory', MEMORY_PAGES];
  const code = [
    '--runtime',
    'stub',
    '-O3',
    '--converge',
    '--noAssert',
    '--enable',
    'simd',
    '--use',
    'abort=',
  ];
  return [`${folder}/assembly/index.ts`, '--baseDir', root, ...outputs, ...memory, ...code];
}

/** What the kernel is made of, from the root. */
export function kernelSources() {
  const sources = readdirSync(join(scan, 'assembly')).filter((name) => name.endsWith('.ts'));
  return [
    ...sources.sort().map((name) => `packages/scan/assembly/${name}`),
    'packages/scan/src/program-format.ts',
    'scripts/build-kernel.mjs',
  ];
}

function fingerprintOf() {
  const hash = createHash('sha256');
  hash.update(readFileSync(join(root, 'node_modules/assemblyscript/package.json')));
  for (const file of kernelSources())
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernel();

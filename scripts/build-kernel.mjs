// Compiles each assembly folder to dist/kernel.wasm of its package, when a source differs from what was compiled last.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(root, 'node_modules/assemblyscript/dist/asc.js');

/** `formats` are the files with the numbers that host and kernel share. */
const kernels = [
  {
    folder: 'packages/scan',
    formats: ['packages/scan/src/program-format.ts', 'packages/scan/src/cell-format.ts'],
    // The host lays its buffers out once, and before that makes room for the ids of a filter.
    memory: ['--initialMemory', '320', '--maximumMemory', '1024'],
  },
  {
    folder: 'packages/formats',
    formats: ['packages/formats/src/parquet/kernel-format.ts', 'packages/scan/src/cell-format.ts'],
    // The host gives it memory as large as its columns and rows want.
    memory: ['--importMemory', '--initialMemory', '2'],
  },
];

/** The files that are built, from the root. */
export const kernelOutputs = kernels.map(({ folder }) => `${folder}/dist/kernel.wasm`);

/** The sources of the kernels, from the root. */
export function kernelSources() {
  return [...kernels.flatMap(sourcesOf), 'scripts/build-kernel.mjs'];
}

function sourcesOf({ folder, formats }) {
  const sources = readdirSync(join(root, folder, 'assembly')).filter((name) => name.endsWith('.ts'));
  return [...sources.sort().map((name) => `${folder}/assembly/${name}`), ...formats];
}

/** Does nothing where there is no compiler, as in a production install. */
async function buildKernel(kernel) {
  if (!existsSync(compiler)) return;
  const dist = join(root, kernel.folder, 'dist');
  const fingerprint = fingerprintOf(kernel);
  const stamp = join(dist, 'kernel.fingerprint');
  const isDone = existsSync(join(dist, 'kernel.wasm')) && existsSync(stamp);
  if (isDone && readFileSync(stamp, 'utf8') === fingerprint) return;
  process.stderr.write(`building the kernel of ${kernel.folder} (asc) ...\n`);
  mkdirSync(dist, { recursive: true });
  const { main } = await import(pathToFileURL(compiler).href);
  const { error, stderr } = await main(argumentsOf(kernel), { stdout: process.stderr });
  if (error) throw new Error(stderr.toString(), { cause: error });
  writeFileSync(stamp, fingerprint);
}

/** The text form is there for a test of it. */
function argumentsOf({ folder, memory }) {
  const outputs = ['-o', `${folder}/dist/kernel.wasm`, '-t', `${folder}/dist/kernel.wat`];
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

function fingerprintOf(kernel) {
  const hash = createHash('sha256');
  hash.update(readFileSync(join(root, 'node_modules/assemblyscript/package.json')));
  for (const file of [...sourcesOf(kernel), 'scripts/build-kernel.mjs'])
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const kernel of kernels) await buildKernel(kernel);

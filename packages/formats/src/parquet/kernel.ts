import { existsSync, readFileSync } from 'node:fs';
import { KernelMissingError, RowTooLargeError } from '../errors.js';

/** The parameters of `setUp` in `assembly/index.ts`, in their order. */
export const SET_UP = [
  'columns',
  'columnCount',
  'mostRows',
  'mostBytes',
  'pool',
  'poolEnd',
  'cast',
  'raw',
  'levels',
  'levelBytes',
  'output',
  'isPlain',
] as const;

/** The exports of `assembly/index.ts`. Addresses are offsets in `memory`. */
interface KernelExports {
  heapBase(): number;
  setUp(...words: readonly number[]): void;
  begin(): void;
  add(from: number, end: number): number;
  added(): number;
  rowCount(): number;
  usedBytes(): number;
  isFull(): number;
  openColumn(number: number): void;
  dictionaryPage(): number;
  nextPage(): number;
  page(): number;
  chunkMin(): number;
  chunkMax(): number;
}

/** Writes the value that a cell is to `target` and returns how many bytes it takes. */
export type CastCell = (column: number, kind: number, at: number, length: number, target: number) => number;

/** A kernel and its memory, which never grows. */
export interface Kernel extends Omit<KernelExports, 'setUp'> {
  setUp(words: Readonly<Record<(typeof SET_UP)[number], number>>): void;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Called for each cell that the kernel does not read itself. */
  castCell: CastCell;
}

const PAGE_BYTES = 65_536;
const MOST_PAGES = 65_536;
/** Few sizes, so that kernels are used again. */
const PAGES_STEP = 32;
/** Memory of kernels whose parts are done: enough for all parts of one pass, which follow each other with the same needs. */
const MOST_KEPT_BYTES = 48 << 20;

const file = new URL('../../dist/kernel.wasm', import.meta.url);
let module: WebAssembly.Module | undefined;
const kept: Kernel[] = [];

/**
 * A kernel with this many bytes of memory beyond its own.
 *
 * @throws KernelMissingError before the first build; RowTooLargeError when there cannot be that much memory
 */
export function takeKernel(bytes: number): Kernel {
  const pages = Math.ceil((bytes / PAGE_BYTES + OWN_PAGES) / PAGES_STEP) * PAGES_STEP;
  const index = kept.findIndex((kernel) => kernel.bytes.length >= pages * PAGE_BYTES);
  const [found] = index === -1 ? [] : kept.splice(index, 1);
  return found ?? instantiate(pages);
}

/** Lets another part use the kernel. The last ones given back are kept. */
export function giveBackKernel(kernel: Kernel): void {
  kernel.castCell = refuse;
  kept.unshift(kernel);
  while (kept.reduce((sum, { bytes }) => sum + bytes.length, 0) > MOST_KEPT_BYTES) kept.pop();
}

/** Pages with the kernel's own tables. */
const OWN_PAGES = 2;

function instantiate(pages: number): Kernel {
  module ??= compile();
  if (pages > MOST_PAGES) throw new RowTooLargeError(pages * PAGE_BYTES, MOST_PAGES * PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const bytes = new Uint8Array(memory.buffer);
  const castCell: CastCell = (...cell) => kernel.castCell(...cell);
  const instance = new WebAssembly.Instance(module, { env: { memory }, values: { castCell } });
  // The exports are those of the file that this package is built with.
  const exports = instance.exports as unknown as KernelExports;
  const kernel: Kernel = {
    ...exports,
    setUp: (words) => exports.setUp(...SET_UP.map((name) => words[name])),
    bytes,
    view: new DataView(memory.buffer),
    castCell: refuse,
  };
  return kernel;
}

function compile(): WebAssembly.Module {
  if (!existsSync(file)) throw new KernelMissingError();
  return new WebAssembly.Module(readFileSync(file));
}

function refuse(): never {
  throw new TypeError('No part uses this kernel');
}

import { existsSync, readFileSync } from 'node:fs';

/** The parameters of `setUp` in `assembly/index.ts`, in their order. */
export const SET_UP = [
  'trie',
  'views',
  'viewCount',
  'typeKey',
  'typeName',
  'filter',
  'bases',
  'baseCount',
  'arena',
  'arenaEnd',
  'text',
  'textEnd',
  'extents',
  'extentsEnd',
  'checksSkipped',
] as const;

/** The exports of `assembly/index.ts`. Addresses are offsets in `memory`. */
interface KernelExports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  setUp(...words: readonly number[]): void;
  begin(input: number, length: number, index: number, newlines: number): void;
  run(): number;
  copy(mostLines: number, mostBytes: number): number;
  extentCount(): number;
  skipLine(): void;
  oddFrom(): number;
  oddTo(): number;
  position(): number;
  resourceCount(): number;
  otherTypes(): number;
  otherTypeCount(): number;
  clearOtherTypes(): void;
}

export interface Kernel extends Omit<KernelExports, 'setUp'> {
  setUp(words: Readonly<Record<(typeof SET_UP)[number], number>>): void;
}

const file = new URL('../dist/kernel.wasm', import.meta.url);
let module: WebAssembly.Module | undefined;

/** A kernel with a memory of its own. The code is compiled once in a thread. */
export function createKernel(): Kernel {
  module ??= new WebAssembly.Module(readFileSync(file));
  // The exports are those of the file that this package is built with.
  const exports = new WebAssembly.Instance(module, {}).exports as unknown as KernelExports;
  return { ...exports, setUp: (words) => exports.setUp(...SET_UP.map((name) => words[name])) };
}

/** Whether there is a kernel: a tree whose compiler of kernels is not installed is built without. */
export function isKernelBuilt(): boolean {
  return module !== undefined || existsSync(file);
}

import { existsSync, readFileSync } from 'node:fs';

/** What `assembly/index.ts` exports. Addresses are offsets in `memory`. */
export interface Kernel {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  setUp(...words: readonly number[]): void;
  begin(input: number, length: number, index: number, newlines: number): void;
  run(): number;
  skipLine(): void;
  oddFrom(): number;
  oddTo(): number;
  position(): number;
  resourceCount(): number;
  otherTypes(): number;
  otherTypeCount(): number;
  clearOtherTypes(): void;
}

const file = new URL('../dist/kernel.wasm', import.meta.url);
let module: WebAssembly.Module | undefined;

/** A kernel with a memory of its own. The code is compiled once in a thread. */
export function createKernel(): Kernel {
  module ??= new WebAssembly.Module(readFileSync(file));
  // The exports are those of the file that this package is built with.
  return new WebAssembly.Instance(module, {}).exports as unknown as Kernel;
}

/** Whether there is a kernel: a tree whose compiler of kernels is not installed is built without. */
export function isKernelBuilt(): boolean {
  return module !== undefined || existsSync(file);
}

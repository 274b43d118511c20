export { createCompilation } from './compilation.js';
export type { Compilation } from './compilation.js';
export type { DescribedColumn, ViewFault } from './verdict.js';

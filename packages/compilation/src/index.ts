export { createCompilation } from './compilation.js';
export type { Compilation } from './compilation.js';
export type { ViewFault } from './verdict.js';

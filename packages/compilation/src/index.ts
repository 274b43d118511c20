export { createCompilation } from './compilation.js';
export type { Compilation, CompilationLimits } from './compilation.js';
export type { Target, Verdict, ViewFault } from './verdict.js';

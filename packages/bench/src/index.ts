export { runBenchmarks } from './program.js';
export type { Output } from './program.js';

export { runBenchmarks } from './program.js';
export type { BenchWorld } from './world.js';

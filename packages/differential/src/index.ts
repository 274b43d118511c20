export { runProgram } from './program.js';
export type { ProgramWorld } from './program.js';
export { runPass } from './run-pass.js';
export type { Failure, PassResult, PassTask } from './pass-result.js';
export type { Tiers } from './tiers.js';

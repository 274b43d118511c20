export { runProgram } from './program.js';
export type { ProgramWorld } from './program.js';
export { runView } from './run-view.js';
export type { Failure, ViewResult, ViewTask } from './run-view.js';
export type { Tiers } from './tiers.js';

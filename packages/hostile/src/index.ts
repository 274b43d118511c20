export { runProgram } from './program.js';
export type { ProgramWorld } from './program.js';

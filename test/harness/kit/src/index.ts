export { byteCount, numberAbove0, wholeNumberFrom } from './option-values.js';
export { procField, readProcFile } from './proc-file.js';
export { readMemory, readPeakMemory } from './process-memory.js';
export { ranked } from './ranked.js';
export { runTool, toolCommand } from './run-tool.js';
export type { ToolOutput } from './run-tool.js';
export { untilInterrupted } from './until-interrupted.js';

export { commitGeneration } from './commit-generation.js';
export { deliverFile } from './deliver-file.js';
export { deltaSchema } from './delta-schema.js';
export { ColumnNotInDeltaError, TableRefusedError } from './errors.js';
export { sweepTable, tableFileName } from './sweep-table.js';
export { tablesIn } from './tables-in.js';

export { createCopyScan } from './create-copy-scan.js';
export type { CopyScan } from './create-copy-scan.js';
export { createScan } from './create-scan.js';
export type { Scan } from './create-scan.js';
export { readIdSet, writeIdSet } from './id-set.js';
export type { IdSet } from './id-set.js';
export { isKernelBuilt } from './kernel.js';
export { ProgramTooLargeError } from './errors.js';
export type { ScanChecks, ScanFrame, ScanLimit } from './open-kernel.js';
export type { Instruction, ScanPart, ScanProgram } from './program.js';
export { describeDecline } from './translation/declined.js';
export type { Decline } from './translation/declined.js';
export { translateCopy } from './translation/translate-copy.js';
export { translatePass } from './translation/translate-pass.js';
export { translateViews } from './translation/translate-views.js';
export type { ScanFormat } from './translation/translate-views.js';
export {
  CELL_FALSE,
  CELL_HEAD_BYTES,
  CELL_KIND_BITS,
  CELL_LIST,
  CELL_NULL,
  CELL_NUMBER,
  CELL_ROW_BYTES,
  CELL_STORED,
  CELL_TEXT,
  CELL_TRUE,
} from './cell-format.js';
export { OP_FIELD, OP_THIS } from './program-format.js';

import type { OperationDeclaration } from './operation.js';
import { EXPORT_OPERATIONS } from './operations.js';
import { RUN_OPERATIONS } from './run-operations.js';

/** Every operation of the server, of any kind of result. */
export const OPERATIONS: readonly OperationDeclaration[] = [...EXPORT_OPERATIONS, ...RUN_OPERATIONS];

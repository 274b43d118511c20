import { BULK_OPERATIONS } from '../bulk/bulk-operations.js';
import type { KickOffOperation, OperationDeclaration } from './operation.js';
import { EXPORT_OPERATIONS } from './operations.js';
import { RUN_OPERATIONS } from './run-operations.js';

/** Every operation that starts an export. Routes are made from this list. */
export const KICK_OFF_OPERATIONS: readonly KickOffOperation[] = [...EXPORT_OPERATIONS, ...BULK_OPERATIONS];

/** Every operation of the server, of any kind of result. */
export const OPERATIONS: readonly OperationDeclaration[] = [...KICK_OFF_OPERATIONS, ...RUN_OPERATIONS];

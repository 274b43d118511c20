import type { ExportOrder } from '@millrace/export';
import { orderBulk } from '../bulk/order-bulk.js';
import type { BulkContext } from '../bulk/order-bulk.js';
import type { KickOffOperation, Level } from '../operations/operation.js';
import type { KickOffRequest } from './kick-off-request.js';
import { orderExport } from './order-export.js';
import type { KickOffContext } from './order-export.js';

/**
 * Turns a request to any operation that starts an export into an order, or throws one error with every fault of the
 * request.
 *
 * @throws ProtocolError; what the ports of the context reject with passes through
 */
export async function orderKickOff(
  operation: KickOffOperation,
  level: Level,
  request: KickOffRequest,
  context: KickOffContext & BulkContext,
): Promise<ExportOrder> {
  switch (operation.result) {
    case 'export':
      return orderExport(operation, level, request, context);
    case 'bulk':
      return orderBulk(operation, level, request, context);
    default:
      return operation satisfies never;
  }
}

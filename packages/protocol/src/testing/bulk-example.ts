import { READS_NOTHING } from '../selection/read-access.js';
import type { ExportOrder } from '@millrace/export';
import { BULK_OPERATIONS } from '../bulk/bulk-operations.js';
import { orderBulk, type BulkContext } from '../bulk/order-bulk.js';
import { ProtocolError } from '../errors/errors.js';
import type { KickOffRequest } from '../kick-off/kick-off-request.js';
import type { BulkExport, BulkLevel } from '../operations/operation.js';
import { exampleContext } from './kick-off-example.js';

const NOW = Date.parse('2026-06-01T12:00:00Z');

/** The source `main` has files of these types. */
const TYPES = ['Observation', 'Organization', 'Patient'] as const;

function bulkContext(): BulkContext {
  return {
    ...exampleContext(),
    access: READS_NOTHING,
    typesOf: async (source) => (source === 'large' ? [] : [...TYPES]),
    isType: (name) => [...TYPES, 'Condition', 'Practitioner', 'Group'].includes(name),
    now: NOW,
  };
}

function operationOf(bulkLevel: BulkLevel, version: BulkExport['version'] = 3): BulkExport {
  const found = BULK_OPERATIONS.find(
    (operation) => operation.bulkLevel === bulkLevel && operation.version === version,
  );
  if (found === undefined) throw new Error(`there is no operation of the level ${bulkLevel}`);
  return found;
}

const HEADERS = { accept: 'application/fhir+json', prefer: 'respond-async' };

/** A GET with this query, as Express hands it over. */
export function get(query = '', headers: KickOffRequest['headers'] = {}): KickOffRequest {
  const values: Record<string, string | string[]> = {};
  for (const name of new Set(new URLSearchParams(query).keys())) {
    const given = new URLSearchParams(query).getAll(name);
    values[name] = given.length === 1 ? (given[0] ?? '') : given;
  }
  const search = query === '' ? '' : `?${query}`;
  return { method: 'GET', headers: { ...HEADERS, ...headers }, query: values, search, body: undefined };
}

/** A POST with these parameters. */
export function postBulk(
  parameter: readonly unknown[],
  headers: KickOffRequest['headers'] = {},
): KickOffRequest {
  const body = { resourceType: 'Parameters', parameter };
  return { method: 'POST', headers: { ...HEADERS, ...headers }, query: {}, search: '', body };
}

export const LENIENT = { prefer: 'respond-async, handling=lenient' };

export async function bulkOrder(
  bulkLevel: BulkLevel,
  request: KickOffRequest,
  version: BulkExport['version'] = 3,
): Promise<ExportOrder> {
  const operation = operationOf(bulkLevel, version);
  const [level = 'system'] = operation.levels;
  const at = bulkLevel === 'group' ? { instanceId: '1', ...request } : request;
  return orderBulk(operation, level, at, bulkContext());
}

/** The refusal of a request as its status, and `code expression` for each issue. */
export async function bulkRefusal(
  ...[bulkLevel, request, version]: Parameters<typeof bulkOrder>
): Promise<readonly (string | number)[]> {
  try {
    await bulkOrder(bulkLevel, request, version);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return [
      error.status,
      ...error.issues.map(({ code, expression = ['-'] }) => `${code} ${expression.join(',')}`),
    ];
  }
  return [202];
}

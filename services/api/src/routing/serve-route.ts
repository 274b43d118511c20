import { mayReadAll } from '@millrace/auth';
import type { Principal } from '@millrace/auth';
import type { ExportRecord, JobStore } from '@millrace/export';
import type { Answers } from '@millrace/lifecycle';
import type { RequestHandler } from 'express';
import type { FileAccess } from '../auth/file-access.js';
import { principalOf } from '../auth/identify.js';
import { requirePermission, requireReadable, requireScope } from '../auth/scope-rule.js';
import { beginAudit } from '../audit/begin-audit.js';
import type { AuditPorts } from '../audit/begin-audit.js';
import { findExport } from '../find-export.js';
import { requireAcceptable } from '../http/representation.js';
import { pollExport } from '../poll-export.js';
import type { Polling } from '../poll-export.js';
import { OPERATOR } from '../owner.js';
import type {
  ClientRoute,
  ExportRoute,
  OperatorRoute,
  PageRoute,
  PathParameters,
  PreparedRequest,
  PreparedRoute,
  PublicRoute,
} from './route.js';

export interface ServePorts extends AuditPorts {
  /** The exports of a tenant. */
  jobsOf(tenant: string): Pick<JobStore, 'read' | 'poll' | 'tell'>;
  readonly polling: Polling;
  readonly artefacts: Pick<Answers, 'request'>;
  readonly files: Pick<FileAccess, 'holderOf'>;
}

/** Serves a row of the FHIR API: who may use it is looked at here, and nowhere else. */
export function serveClients(
  ports: ServePorts,
): (row: PublicRoute | ClientRoute | PreparedRoute | ExportRoute) => RequestHandler<PathParameters> {
  return (row) => async (request, response) => {
    if (row.access === 'public') return row.handler(request, response);
    const holder =
      row.access === 'export' && row.takesSignature === true ? ports.files.holderOf(request) : undefined;
    const principal = holder ?? principalOf(response);
    const { tenant, client } = principal;
    const owner = { tenant, client };
    if (row.access === 'client') requireScope(principal.scopes, row.scope);
    const entry = beginAudit(ports, row.audit, owner, request, response);
    if ('prepare' in row) return carryOut(row.prepare(request, response, principal), entry);
    await entry;
    switch (row.access) {
      case 'client':
        return row.handler(request, response, principal);
      case 'export': {
        // Refuse a change whose answer the client would not accept before the change is made.
        if (row.method !== 'GET') requireAcceptable(response);
        const { id = '' } = request.params;
        const jobs = ports.jobsOf(owner.tenant);
        const reach = { ...owner, ofTenant: mayReadAll(principal.scopes) };
        const found = await (row.isPoll
          ? pollExport(jobs, ports.polling, reach, id)
          : findExport(jobs, reach, id));
        if (row.tells === 'content') await requireContent(ports, principal, found);
        if (row.method === 'DELETE') requireChange(principal, found);
        return row.handler(request, response, found);
      }
      default:
        return row satisfies never;
    }
  };
}

/** A token may allow less than the one that the export was asked for with. @throws ScopeRefusedError */
async function requireContent(
  { artefacts }: ServePorts,
  { scopes }: Principal,
  record: ExportRecord,
): Promise<void> {
  if (mayReadAll(scopes)) return;
  requireReadable(scopes, (await artefacts.request(record)).resourceTypes);
}

/** A client that sees the exports of others may not yet end them. @throws ScopeRefusedError */
function requireChange({ client, scopes }: Principal, record: ExportRecord): void {
  if (record.client !== client) requirePermission(scopes, '*', 'd');
}

/** @throws the error of the audit entry before that of the request, which then was never recorded */
async function carryOut(preparing: Promise<PreparedRequest>, entry: Promise<void>): Promise<void> {
  const [begun, prepared] = await Promise.allSettled([entry, preparing]);
  if (prepared.status === 'rejected') throw begun.status === 'rejected' ? begun.reason : prepared.reason;
  using request = prepared.value;
  if (begun.status === 'rejected') throw begun.reason;
  await request.carryOut();
}

/** Serves a row of the operations listener. Operators were let in before: `admission.ts`. */
export function serveOperators(
  ports: AuditPorts,
): (row: OperatorRoute | PageRoute) => RequestHandler<PathParameters> {
  return (row) => async (request, response, next) => {
    await beginAudit(ports, row.audit, OPERATOR, request, response);
    if (row.access === 'page') return row.handler(request, response, next);
    return row.handler(request, response);
  };
}

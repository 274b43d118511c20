import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { AuditStart } from '@millrace/audit';
import type { Events } from '@millrace/observability';
import type { Request, RequestHandler, Response } from 'express';
import { identifiedAs } from '../auth/identify.js';
import { issueCodeOf } from '../http/issue-code.js';
import { requestIdOf } from '../http/request-id.js';
import { routePattern } from '../http/route-pattern.js';
import { ENTRY_ID_BYTES, addressOf, isAudited } from './begin-audit.js';
import type { AuditPorts } from './begin-audit.js';
import type { RefusalRoom } from './refusal-room.js';

export interface RefusalPorts extends AuditPorts {
  readonly refusals: RefusalRoom;
  readonly events: AuditPorts['events'] & Pick<Events, 'refusalsNotAudited' | 'refusalNotAudited'>;
}

/** No tenant begins with `_`. */
const NOBODY = { tenant: '_unknown', client: 'unknown' };

/** Marks a request as refused for who sends it, where its status does not tell. @param code what the client is told */
export function rememberRefusal({ locals }: Pick<Response, 'locals'>, code: string): void {
  locals['refusedAs'] = code;
}

/**
 * Writes down requests that were refused for who sent them: without a token that counts, or with one that does not allow them.
 * Requests that have an entry already get no other one. It happens behind the answer, because nothing had an effect, and at a
 * bounded rate. An entry has the route, and nothing that the client made up beside its address.
 */
export function auditRefusals(ports: RefusalPorts): RequestHandler {
  return (request, response, next) => {
    response.once('close', () => {
      const refusedAs: unknown = response.locals['refusedAs'];
      const isRefused = response.statusCode === 401 || response.statusCode === 403;
      if (isAudited(response) || !(isRefused || typeof refusedAs === 'string')) return;
      const code = typeof refusedAs === 'string' ? refusedAs : issueCodeOf(response);
      record(ports, request, response, code);
    });
    next();
  };
}

function record(ports: RefusalPorts, request: Request, response: Response, code: string): void {
  const { audit, background, events, refusals } = ports;
  const missed = refusals.takeMissed();
  if (missed > 0) events.refusalsNotAudited({ count: missed });
  const address = addressOf(request);
  if (!refusals.take(address.address ?? '')) {
    events.refusalNotAudited();
    return;
  }
  const { tenant, client } = identifiedAs(response) ?? NOBODY;
  const start: AuditStart = {
    id: randomBytes(ENTRY_ID_BYTES).toString('hex'),
    action: 'refuse',
    tenant,
    client,
    requestId: requestIdOf(response),
    ...address,
    object: `${request.method} ${routePattern(request)}`,
  };
  const { statusCode: status } = response;
  const result = { kind: 'error', status, code, message: STATUS_CODES[status] ?? '' } as const;
  void background.run(async () => {
    try {
      if ((await audit.init(start)) === 'started') await audit.complete(start.id, result);
      else events.refusalNotAudited();
    } catch (err) {
      events.auditNotCompleted({ entryId: start.id, err });
    }
  });
}

import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { AuditUnavailableError } from '@millrace/audit';
import type { AuditLog, AuditResult, AuditStart } from '@millrace/audit';
import type { Owner } from '@millrace/export';
import type { BackgroundWork } from '@millrace/lifecycle';
import type { Events } from '@millrace/observability';
import type { Request, Response } from 'express';
import { brokenOffStatus } from '../http/break-off.js';
import { issueCodeOf } from '../http/issue-code.js';
import { requestIdOf } from '../http/request-id.js';
import type { PathParameters, RouteAudit } from '../routing/route.js';
import { terminologyOf } from './used-terminology.js';

export interface AuditPorts {
  readonly audit: Pick<AuditLog, 'init' | 'complete'>;
  readonly background: BackgroundWork;
  readonly events: Pick<Events, 'auditRefused' | 'auditNotCompleted'>;
}

export const ENTRY_ID_BYTES = 16;

/**
 * Begins an audit entry, before anything that has an effect, and completes it once the answer was sent. The end of the entry
 * comes from the answer alone: a status, a code, and the terminology of an accepted export.
 *
 * @throws AuditUnavailableError before anything has an effect
 */
export async function beginAudit(
  ports: AuditPorts,
  audit: RouteAudit,
  owner: Owner,
  request: Request<PathParameters>,
  response: Response,
): Promise<void> {
  if (audit === 'none') return;
  response.locals['isAudited'] = true;
  const id = randomBytes(ENTRY_ID_BYTES).toString('hex');
  const requestId = requestIdOf(response);
  const target = audit.targetOf?.(request.params) ?? {};
  await begin(ports, { id, action: audit.action, ...owner, requestId, ...addressOf(request), ...target });
  const end = (): void => void ports.background.run(() => finish(ports, id, resultOf(response)));
  // The client may have gone away meanwhile.
  if (response.closed) end();
  else response.once('close', end);
}

async function begin({ audit, events }: AuditPorts, start: AuditStart): Promise<void> {
  const { action, requestId = '' } = start;
  try {
    if ((await audit.init(start)) === 'full') {
      throw new AuditUnavailableError(
        'the audit log holds AUDIT_MAX_UNARCHIVED_BYTES of entries that are not archived yet',
      );
    }
  } catch (error) {
    events.auditRefused({ action, requestId, err: error });
    if (error instanceof AuditUnavailableError) throw error;
    throw new AuditUnavailableError('it cannot be written', { cause: error });
  }
}

async function finish({ audit, events }: AuditPorts, entryId: string, result: AuditResult): Promise<void> {
  try {
    if ((await audit.complete(entryId, result)) === 'already_completed')
      events.auditNotCompleted({ entryId });
  } catch (err) {
    events.auditNotCompleted({ entryId, err });
  }
}

/** Whether a request has an entry, or was refused because it could have none. */
export function isAudited({ locals }: Pick<Response, 'locals'>): boolean {
  return locals['isAudited'] === true;
}

/** As a trusted proxy says, else that of the connection. */
export function addressOf({ ip, socket }: Pick<Request, 'ip' | 'socket'>): Pick<AuditStart, 'address'> {
  const address = ip ?? socket.remoteAddress;
  return address === undefined ? {} : { address };
}

/** The client went away before it had the answer. */
const GONE = { kind: 'error', status: 499, code: 'incomplete', message: 'the client went away' } as const;

function resultOf(response: Response): AuditResult {
  if (!response.writableFinished) {
    const status = brokenOffStatus(response);
    if (status === undefined) return GONE;
    return { kind: 'error', status, code: issueCodeOf(response), message: 'the answer was broken off' };
  }
  const { statusCode: status } = response;
  if (status < 400) {
    const [, exportId] =
      /\/export\/([0-9a-f]{32})\/status$/.exec(response.get('Content-Location') ?? '') ?? [];
    return {
      kind: 'success',
      status,
      ...(exportId === undefined ? {} : { exportId }),
      ...terminologyOf(response),
    };
  }
  return { kind: 'error', status, code: issueCodeOf(response), message: STATUS_CODES[status] ?? '' };
}

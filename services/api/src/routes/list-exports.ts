import type { JobStore } from '@millrace/export';
import { exportListAnswer, readListQuery } from '@millrace/protocol';
import { isVisibleTo } from '../find-export.js';
import { sendAnswer } from '../http/send-answer.js';
import type { ClientRoute } from '../routing/route.js';

export interface ListPorts {
  jobsOf(tenant: string): Pick<JobStore, 'ownExports'>;
  readonly baseUrl: string;
}

/** A page of the exports that the client itself has started, the latest first. */
export function listExportsRoute({ jobsOf, baseUrl }: ListPorts): ClientRoute['handler'] {
  return async (request, response, owner) => {
    const page = readListQuery(request.query);
    const { exports, next } = await jobsOf(owner.tenant).ownExports(owner, page.cursor, page.count);
    const visible = exports.filter((record) => isVisibleTo(owner, record));
    sendAnswer(response, exportListAnswer(visible, page, next, Date.now(), baseUrl));
  };
}

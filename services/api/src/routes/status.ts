import type { ExportRecord, ExportRecords } from '@millrace/export';
import type { Answers, RequestHead } from '@millrace/lifecycle';
import { exportUrls, statusAnswer } from '@millrace/protocol';
import { StoreUnavailableError } from '@millrace/storage';
import type { RequestHandler } from 'express';
import { findExport } from '../find-export.js';
import { sendAnswer } from '../http/send-answer.js';
import { ANONYMOUS } from '../owner.js';

export interface StatusPorts {
  readonly jobs: Pick<ExportRecords, 'read'>;
  readonly artefacts: Answers;
  readonly baseUrl: string;
}

/** 202 with progress while it runs, 303 to the result when it is over. */
export function statusRoute({ jobs, artefacts, baseUrl }: StatusPorts): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const record = await findExport(jobs, ANONYMOUS, request.params.id);
    const asked = await rememberedRequest(artefacts, record);
    sendAnswer(response, statusAnswer(record, Date.now(), exportUrls(baseUrl, record.id), asked));
  };
}

/** What was asked only adds to the answer: progress is told even while the object store is away. */
export async function rememberedRequest(
  artefacts: Answers,
  record: ExportRecord,
): Promise<RequestHead | undefined> {
  try {
    return await artefacts.request(record);
  } catch (error) {
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

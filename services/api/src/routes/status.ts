import type { ExportRecord } from '@millrace/export';
import type { Answers, RequestHead } from '@millrace/lifecycle';
import { exportUrls, statusAnswer } from '@millrace/protocol';
import type { PollPace } from '@millrace/protocol';
import { StoreUnavailableError } from '@millrace/storage';
import { sendAnswer } from '../http/send-answer.js';
import type { ExportRoute } from '../routing/route.js';

export interface StatusPorts {
  readonly artefacts: Answers;
  readonly baseUrl: string;
  /** Bounds of `Retry-After`. */
  readonly pace: PollPace;
}

/** 202 with progress while it runs, 303 to the result when it has ended. */
export function statusRoute({ artefacts, baseUrl, pace }: StatusPorts): ExportRoute['handler'] {
  return async (_request, response, record) => {
    const asked = await rememberedRequest(artefacts, record);
    sendAnswer(response, statusAnswer(record, Date.now(), exportUrls(baseUrl, record.id), asked, pace));
  };
}

/** The request only adds to the answer: progress is shown even while the object store is away. */
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

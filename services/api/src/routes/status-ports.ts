import type { FileAccess } from '../auth/file-access.js';
import type { ExportRecord } from '@millrace/export';
import type { Answers, RequestHead } from '@millrace/lifecycle';
import type { PollPace } from '@millrace/protocol';
import { StoreUnavailableError } from '@millrace/storage';

export interface StatusPorts {
  readonly artefacts: Answers;
  readonly files: Pick<FileAccess, 'urlsOf'>;
  /** Bounds of `Retry-After`. */
  readonly pace: PollPace;
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

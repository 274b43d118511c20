import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../clock.js';
import { FileWriteError, ServerRefusedError, UnansweredKickOffError } from '../../errors.js';
import { LOG_FILE } from './file-names.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * `log.ndjson` of the folder, which pipelines read for the group and the transaction time.
 *
 * @see https://github.com/smart-on-fhir/bulk-data-client/wiki/Bulk-Data-Export-Log-Items
 */
export interface ExportLog {
  /** @param at of the event; now by default. Milliseconds since the epoch. */
  add(eventId: string, eventDetail: Json, at?: number): void;
  /** Resolves when everything so far is written. @throws what writing failed with */
  written(): Promise<void>;
}

export function openExportLog(folder: string, exportId: string, clock: Clock): ExportLog {
  const path = join(folder, LOG_FILE);
  let writing = Promise.resolve();
  return {
    add(eventId, eventDetail, at = clock.now()) {
      const timestamp = new Date(at).toISOString();
      const line = `${JSON.stringify({ exportId, timestamp, eventId, eventDetail })}\n`;
      writing = writing.then(() =>
        appendFile(path, line).catch((error: unknown) => {
          throw new FileWriteError(path, error);
        }),
      );
      // It is reported where somebody waits for it.
      writing.catch(() => undefined);
    },
    written: () => writing,
  };
}

/** The members of an event of a poll of an export that runs. */
export function progressDetail(poll: {
  readonly xProgress: string | undefined;
  readonly retryAfter: string | undefined;
}): Json {
  return { body: null, xProgress: poll.xProgress ?? null, retryAfter: poll.retryAfter ?? null };
}

/** The members of an event that say why a request failed. */
export function failureDetail(failure: unknown): Json {
  const message = failure instanceof Error ? failure.message : String(failure);
  const answer = failure instanceof UnansweredKickOffError ? failure.cause : failure;
  if (!(answer instanceof ServerRefusedError))
    return { body: null, code: null, message, responseHeaders: null };
  return {
    body: answer.body,
    code: answer.status,
    message,
    responseHeaders: loggedHeaders(answer.headers),
  };
}

/** Headers of an answer but those that open sessions. */
export function loggedHeaders(headers: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== 'set-cookie' && name !== 'authorization'),
  );
}

import { kickOffRequest, loggedParameters, type BulkOrder } from './bulk-order.js';
import type { Run } from './bulk-run.js';
import { failureDetail, loggedHeaders } from './folder/export-log.js';
import { kickOffBulk } from './kick-off-bulk.js';
import { readServerFacts } from './server-facts.js';

/** The status URL of the export of this folder, which is kicked off if it has none. */
export async function acceptedUrl(run: Run, server: string, order: BulkOrder): Promise<string> {
  const { options, clock, token, journal, log } = run;
  const { statusUrl: known, exportId } = journal.state();
  if (known !== undefined) {
    options.accepted?.(known, true);
    return known;
  }
  const { signal } = options;
  const { software, hasExportV4 } = await readServerFacts(server, { ...token.request, signal });
  const isV4 = order.version === 4 && hasExportV4;
  const request = kickOffRequest(server, order, isV4 ? '$export-v4' : '$export');
  const detail = {
    logVersion: '2',
    exportUrl: request.url,
    ...software,
    requestParameters: loggedParameters(order),
  };
  try {
    const { statusUrl, headers: received } = await kickOffBulk(request, {
      key: exportId,
      handling: order.handling,
      ...token.request,
      clock,
      signal,
      patienceMs: options.patienceMs,
      onFailed: (failure, waitMs) => options.triedAgain?.(failure, waitMs),
    });
    await journal.append({ entry: 'accepted', statusUrl });
    log.add('kickoff', {
      ...detail,
      errorCode: null,
      errorBody: null,
      responseHeaders: loggedHeaders(received),
    });
    options.accepted?.(statusUrl, false);
    return statusUrl;
  } catch (error) {
    const { code, body, message, responseHeaders } = failureDetail(error);
    log.add('kickoff', { ...detail, errorCode: code, errorBody: body ?? message, responseHeaders });
    throw error;
  }
}

import { authorization, type Run } from './bulk-run.js';
import { kickOffParameters, kickOffUrl } from './bulk-order.js';
import { failureDetail, loggedHeaders } from './folder/export-log.js';
import { kickOffBulk } from './kick-off-bulk.js';
import { readSoftware } from './server-software.js';

/** The status URL of the export of this folder, which is kicked off if it has none. */
export async function acceptedUrl({ wanted, options, clock, journal, log }: Run): Promise<string> {
  const { statusUrl: known, exportId } = journal.state();
  if (known !== undefined) {
    options.accepted?.(known, true);
    return known;
  }
  const { server, order } = wanted;
  const { signal } = options;
  const headers = authorization(options);
  const detail = {
    logVersion: '2',
    exportUrl: kickOffUrl(server, order),
    ...(await readSoftware(server, { signal, headers })),
    requestParameters: Object.fromEntries(kickOffParameters(order)),
  };
  try {
    const { statusUrl, headers: received } = await kickOffBulk(server, order, {
      key: exportId,
      clock,
      signal,
      headers,
      onFailed: (failure) => options.triedAgain?.(failure),
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

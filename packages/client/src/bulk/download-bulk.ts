import type { ManifestPage } from './bulk-manifest.js';
import type { BulkOptions, Interruption, Run } from './bulk-run.js';
import { downloadPages } from './download-pages.js';
import { progressDetail } from './folder/export-log.js';
import { runInFolder, type FinishedBulk } from './folder-run.js';
import type { EarlierPoll } from './recognise-export.js';
import { readServerFacts } from './server-facts.js';

export interface WantedDownload {
  /** Of an export that somebody else has started. */
  readonly statusUrl: string;
  /** URL of the server whose origin gets the token, in place of that of the export. */
  readonly server?: string | undefined;
  /** Where the files go. */
  readonly folder: string;
  /** Files at a time. */
  readonly parallel?: number | undefined;
  /** Polls before this call, for the log. */
  readonly polls?: readonly EarlierPoll[] | undefined;
}

/**
 * Waits for a Bulk Data export and downloads its files, into the same folder as `exportBulk`. A second call for the same folder
 * goes on where the first one was ended. When `signal` aborts, the export goes on on the server.
 *
 * @throws as `exportBulk`
 */
export async function downloadBulk(wanted: WantedDownload, options: BulkOptions = {}): Promise<FinishedBulk> {
  const { statusUrl, server = statusUrl, folder, parallel, polls = [] } = wanted;
  const goesOn = (): Promise<Interruption> => Promise.resolve({ kind: 'goes-on' });
  const wants = { folder, parallel, request: statusUrl, server };
  const work = async (run: Run): Promise<void> => {
    const { journal, log } = run;
    options.accepted?.(statusUrl, journal.state().statusUrl !== undefined);
    for (const { at, ...poll } of polls) log.add('status_progress', progressDetail(poll), at);
    let isKnown = journal.state().statusUrl !== undefined;
    await downloadPages(run, statusUrl, async (page) => {
      if (isKnown) return;
      isKnown = true;
      await logKickOff(run, page, statusUrl);
      await journal.append({ entry: 'accepted', statusUrl });
    });
  };
  return runInFolder(wants, options, work, goesOn);
}

/** Pipelines read the group from the kick-off, of which the manifest has the URL up to version 3. */
async function logKickOff(
  { options, token, log }: Run,
  page: ManifestPage,
  statusUrl: string,
): Promise<void> {
  const url = page.request !== undefined && URL.canParse(page.request) ? new URL(page.request) : undefined;
  const [, server] = /^(.*?)\/(?:Patient\/|Group\/[^/]+\/)?\$export[^/]*$/.exec(withoutQuery(url)) ?? [];
  const facts =
    server === undefined
      ? undefined
      : await readServerFacts(server, { ...token.request, signal: options.signal });
  const parameters = [...(url?.searchParams ?? [])].filter(([name]) => name !== 'patient');
  if (url?.searchParams.has('patient') === true) url.searchParams.delete('patient');
  log.add('kickoff', {
    logVersion: '2',
    exportUrl: url?.href ?? statusUrl,
    errorCode: null,
    errorBody: null,
    softwareName: null,
    softwareVersion: null,
    softwareReleaseDate: null,
    fhirVersion: null,
    ...facts?.software,
    requestParameters: Object.fromEntries(parameters),
    responseHeaders: null,
  });
}

function withoutQuery(url: URL | undefined): string {
  return url === undefined ? '' : url.origin + url.pathname;
}

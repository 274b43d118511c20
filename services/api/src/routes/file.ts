import { isOver } from '@millrace/export';
import type { ExportRecord, JobStore, ManifestFile } from '@millrace/export';
import { findPageFile } from '@millrace/lifecycle';
import type { Answers } from '@millrace/lifecycle';
import type { Events } from '@millrace/observability';
import {
  asBulkRequest,
  contentCodings,
  downloadHeaders,
  exportNotFound,
  isCompressible,
  isOutcomeFile,
  noSuchCoding,
  outcomeFile,
  refuse,
} from '@millrace/protocol';
import { ObjectChangedError, ObjectMissingError } from '@millrace/storage';
import type { CommittedObjects } from '@millrace/storage';
import type { Request, Response } from 'express';
import { findExport } from '../find-export.js';
import { requestIdOf } from '../http/request-id.js';
import { countDownload } from '../http/count-download.js';
import { sendContent } from '../http/send-content.js';
import { sendObject } from '../http/send-object.js';
import type { SendingRoom, SentObject } from '../http/send-object.js';
import { sendPacked } from '../http/send-packed.js';
import { storeLink } from '../http/store-links.js';
import type { StoreLinks } from '../http/store-links.js';

export interface FilePorts {
  jobsOf(tenant: string): Pick<JobStore, 'read' | 'openDownload' | 'closeDownload'>;
  /** A name that no other download has. */
  nonce(): string;
  readonly artefacts: Answers;
  readonly objects: CommittedObjects;
  readonly sending: SendingRoom;
  /** Undefined where the API sends files itself. */
  readonly storeLinks: StoreLinks | undefined;
  readonly events: Pick<Events, 'downloadServed' | 'downloadBroken'>;
}

/**
 * Only names that the manifest lists, or a page of it while the export runs, lead to an object; the key never comes from
 * the request.
 */
export function fileRoute(ports: FilePorts) {
  const { artefacts, objects, sending, events } = ports;
  return async (
    request: Request<{ name: string }>,
    response: Response,
    record: ExportRecord,
  ): Promise<void> => {
    const startedAt = performance.now();
    const { name } = request.params;
    const { id } = record;
    const manifest = record.state === 'completed' ? await artefacts.manifest(record) : undefined;
    const completed = manifest?.outcome === 'completed' ? manifest : undefined;
    if (isOver(record.state) && completed === undefined) throw exportNotFound(id);
    const asked = await artefacts.request(record);
    if (completed === undefined && asked.bulk?.allowPartialManifests !== true) throw exportNotFound(id);
    const expiresAt = completed && Date.parse(completed.expiresAt);
    const about = { requestId: requestIdOf(response), exportId: id };
    const bulk = isOutcomeFile(name) ? asBulkRequest(asked) : undefined;
    const outcomes = bulk && completed && outcomeFile(completed, bulk);
    if (outcomes !== undefined) {
      const sent = sendContent(
        request,
        response,
        outcomes.content,
        downloadHeaders(outcomes, asked, expiresAt),
      );
      events.downloadServed({ ...about, ...sent, durationMs: Math.round(performance.now() - startedAt) });
      return;
    }
    const file =
      completed === undefined
        ? await findPageFile(artefacts, record, asked.subjects, name)
        : findFile(completed.outputs, name);
    if (file === undefined) throw refuse(404, 'not-found', `the export has no file ${JSON.stringify(name)}`);
    const headers = downloadHeaders(file, asked, expiresAt);
    await using _counted = await countDownload(ports.jobsOf(record.tenant), id, ports.nonce());
    const { format } = asked;
    const codings = contentCodings(request.get('Accept-Encoding'), format);
    if (codings.length === 0) throw noSuchCoding(format);
    const object = { ...file, headers, isCompressible: isCompressible(format), codings };
    const { unpacked } = file;
    const send = async (): Promise<SentObject> => {
      const link =
        ports.storeLinks &&
        (await storeLink(request, file, headers, codings, expiresAt, objects, ports.storeLinks));
      if (link === undefined && unpacked !== undefined)
        return sendPacked(request, response, objects, { ...object, unpacked }, sending, record.tenant);
      if (link === undefined) return sendObject(request, response, objects, object, sending, record.tenant);
      response.status(307).set({ Location: link, 'Cache-Control': 'no-store' }).end();
      return { status: 307, bytesSent: 0, complete: true };
    };
    const sent = await send().catch(async (error: unknown) => {
      const isBroken =
        error instanceof ObjectChangedError ||
        (error instanceof ObjectMissingError && (await isServed(ports, record)));
      if (isBroken) {
        const stage = response.headersSent ? 'cut' : 'refused';
        events.downloadBroken({ ...about, stage, reason: error.message });
      }
      throw error;
    });
    events.downloadServed({
      ...about,
      ...sent,
      durationMs: Math.round(performance.now() - startedAt),
    });
  };
}

/** False when an export was deleted, or has expired, after it was looked for. */
function isServed({ jobsOf }: Pick<FilePorts, 'jobsOf'>, record: ExportRecord): Promise<boolean> {
  return findExport(jobsOf(record.tenant), record, record.id).then(
    () => true,
    () => false,
  );
}

function findFile(
  outputs: readonly { readonly files: readonly ManifestFile[] }[],
  name: string,
): ManifestFile | undefined {
  for (const { files } of outputs) {
    const file = files.find((candidate) => candidate.name === name);
    if (file !== undefined) return file;
  }
  return undefined;
}

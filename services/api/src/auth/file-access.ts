import { ALL_SCOPES, signFile, verifySignedFile } from '@millrace/auth';
import type { Principal, PurposeKeys } from '@millrace/auth';
import type { ExportRecord } from '@millrace/export';
import { exportUrls, refuse } from '@millrace/protocol';
import type { ExportUrls } from '@millrace/protocol';
import type { Request } from 'express';
import type { PathParameters } from '../routing/route.js';

/** The access to the files of exports, and their URLs. */
export interface FileAccess {
  /** Addresses of an export, as its clients are told. */
  urlsOf(record: Pick<ExportRecord, 'tenant' | 'id' | 'isBulk' | 'expiresAt'>): ExportUrls;
  /** Whoever has a signed URL, as a client; undefined for a URL that is not signed. @throws ProtocolError 403 */
  holderOf(request: Request<PathParameters>): Principal | undefined;
}

/** Files are given to clients that may see their export. @param needsToken whether these show it by a token */
export function filesForClients(baseUrl: string, needsToken: boolean): FileAccess {
  return { urlsOf: ({ id }) => exportUrls(baseUrl, id, { needsToken }), holderOf: () => undefined };
}

/**
 * URLs of files are signed, and expire. Bulk Data has new ones made with each answer of a manifest; those of a result of SQL on
 * FHIR count as long as the export is kept, which their guide asks for.
 */
export function filesBySignedUrl(
  baseUrl: string,
  keys: () => PurposeKeys,
  lifetimeMs: number,
  now: () => number = Date.now,
): FileAccess {
  return {
    urlsOf({ tenant, id, isBulk, expiresAt }) {
      const soon = now() + lifetimeMs;
      const until = isBulk === true ? soon : (expiresAt ?? soon);
      const queryOf = (name: string): string => signFile({ tenant, exportId: id, name }, until, keys());
      return exportUrls(baseUrl, id, { needsToken: false, queryOf });
    },
    holderOf({ params: { id: exportId = '', name = '' }, query }) {
      const verdict = verifySignedFile({ exportId, name }, query, keys(), now());
      switch (verdict.kind) {
        case 'unsigned':
          return undefined;
        case 'valid':
          return { tenant: verdict.tenant, client: 'signed-url', scopes: ALL_SCOPES };
        case 'expired':
          throw refuse(
            403,
            'expired',
            'the signed URL has expired; get the manifest again, which has new ones',
          );
        case 'wrong':
          throw refuse(403, 'security', 'the URL is not signed for this file');
        default:
          return verdict satisfies never;
      }
    },
  };
}

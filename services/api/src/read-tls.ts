import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { openSettingsFile } from './settings-files/settings-file.js';
import type { SettingsFile } from './settings-files/settings-file.js';

/** A certificate and its key, in PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** @throws what reading them rejects with; Error where they do not fit each other */
async function readTls({
  certFile,
  keyFile,
}: {
  readonly certFile: string;
  readonly keyFile: string;
}): Promise<TlsFiles> {
  const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
  createSecureContext({ cert, key });
  return { cert, key };
}

/**
 * Undefined where no files are named: plain HTTP.
 *
 * @param adopt gives a certificate that is new to the server; open connections keep theirs
 */
export async function openCertificate(
  kind: 'certificate' | 'operations-certificate',
  { certFile, keyFile }: { readonly certFile: string | undefined; readonly keyFile: string | undefined },
  adopt: (tls: TlsFiles) => void,
): Promise<SettingsFile<TlsFiles> | undefined> {
  if (certFile === undefined || keyFile === undefined) return undefined;
  const files = [certFile, keyFile];
  return openSettingsFile({ kind, files, read: () => readTls({ certFile, keyFile }), adopt });
}

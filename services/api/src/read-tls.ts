import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

/** A certificate and its key, in PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** @throws what reading them rejects with; Error where they do not fit each other */
export async function readTls({
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

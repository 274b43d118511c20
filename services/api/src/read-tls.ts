import { readFile } from 'node:fs/promises';

/** The certificate and its key; undefined where the API speaks plain HTTP. @throws what reading them rejects with */
export async function readTls({
  certFile,
  keyFile,
}: {
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}): Promise<{ readonly cert: string; readonly key: string } | undefined> {
  if (certFile === undefined || keyFile === undefined) return undefined;
  const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
  return { cert, key };
}

import { createHash } from 'node:crypto';
import type { ExportManifest } from '@millrace/client';
import { BenchmarkError } from '../errors.js';

/** SHA-256 (hex) of each output: of its files as they are downloaded, one after the other, in the manifest's order. */
export async function hashOutputs(
  manifest: ExportManifest,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const { name, files } of manifest.outputs) {
    const hash = createHash('sha256');
    for (const { url } of files) {
      const response = await fetch(url, { signal });
      if (response.status !== 200 || response.body === null) {
        throw new BenchmarkError(`${url} was answered with ${response.status}, expected 200 and a file`);
      }
      for await (const chunk of response.body) hash.update(chunk as Uint8Array);
    }
    hashes.set(name, hash.digest('hex'));
  }
  return hashes;
}

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3TestServer } from '@millrace/s3-test-server';

/** A look into the object store that goes past the product. */
export interface StoreView {
  keys(): Promise<ReadonlySet<string>>;
  read(key: string): Promise<string | undefined>;
  /** Multipart uploads that were neither completed nor aborted. */
  openUploads(): number;
}

export function folderView(root: string): StoreView {
  return {
    keys: async () => new Set(await filesBelow(root, '')),
    read: (key) => readFile(join(root, key), 'utf8').catch(() => undefined),
    openUploads: () => 0,
  };
}

/** Folders come and go while they are read: one that is gone has no files. */
async function filesBelow(root: string, prefix: string): Promise<string[]> {
  const entries = await readdir(join(root, prefix), { withFileTypes: true }).catch(() => []);
  const keys: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory()) keys.push(...(await filesBelow(root, `${prefix}${entry.name}/`)));
    else keys.push(prefix + entry.name);
  }
  return keys;
}

export function bucketView(server: S3TestServer, bucket: string): StoreView {
  const content = server.bucket(bucket);
  return {
    keys: async () => new Set(content.objects.keys()),
    read: async (key) => content.objects.get(key)?.content.toString('utf8'),
    openUploads: () => content.uploads.size,
  };
}

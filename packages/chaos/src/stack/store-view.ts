import { readFile, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { S3TestServer } from '@millrace/storage/s3-test-server';

/** A look into the object store that goes past the product. */
export interface StoreView {
  keys(): Promise<ReadonlySet<string>>;
  read(key: string): Promise<string | undefined>;
  /** Multipart uploads that were neither completed nor aborted. */
  openUploads(): number;
}

export function folderView(root: string): StoreView {
  return {
    async keys() {
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      return new Set(
        files.map(({ parentPath, name }) => relative(root, join(parentPath, name)).split(sep).join('/')),
      );
    },
    read: (key) => readFile(join(root, key), 'utf8').catch(() => undefined),
    openUploads: () => 0,
  };
}

export function bucketView(server: S3TestServer, bucket: string): StoreView {
  const content = server.bucket(bucket);
  return {
    keys: async () => new Set(content.objects.keys()),
    read: async (key) => content.objects.get(key)?.content.toString('utf8'),
    openUploads: () => content.uploads.size,
  };
}

import { StoreUnavailableError } from '../errors.js';
import { checkStoredKey } from '../keys.js';
import { parseLeftoverKey } from './open-uploads.js';
import type { Bucket } from './s3-client.js';
import { unavailable } from './s3-errors.js';
import { abortUpload } from './s3-upload.js';

/** Most keys in one request of S3. */
const KEYS_AT_ONCE = 1000;

/** Removes objects, and aborts uploads that are named by their keys in a listing. */
export async function removeObjects(at: Bucket, keys: readonly string[]): Promise<void> {
  keys.forEach(checkStoredKey);
  const objects: string[] = [];
  for (const key of keys) {
    const leftover = parseLeftoverKey(key);
    if (!leftover) objects.push(key);
    else await abortLeftover(at, leftover);
  }
  for (let start = 0; start < objects.length; start += KEYS_AT_ONCE) {
    await removePage(at, objects.slice(start, start + KEYS_AT_ONCE));
  }
}

async function abortLeftover(
  at: Bucket,
  { key, uploadId }: { key: string; uploadId: string },
): Promise<void> {
  const object = { Bucket: at.bucket, Key: at.prefix + key };
  await abortUpload(await at.connect(), object, key, uploadId);
}

async function removePage(at: Bucket, keys: readonly string[]): Promise<void> {
  const s3 = await at.connect();
  const Objects = keys.map((key) => ({ Key: at.prefix + key }));
  const { Errors = [] } = await s3
    .deleteObjects({ Bucket: at.bucket, Delete: { Objects, Quiet: true } })
    .catch((error: unknown) => {
      throw unavailable('remove', keys[0] ?? '', error);
    });
  const [first] = Errors;
  if (!first) return;
  const { Key = '', Code, Message } = first;
  throw new StoreUnavailableError(
    'remove',
    Key.slice(at.prefix.length),
    `${Code}: ${Message} (${Errors.length} of ${keys.length} objects)`,
  );
}

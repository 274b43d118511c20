import type { ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3';
import { TEMPORARY_SUFFIX, compareKeys, isTemporaryKey } from '../keys.js';
import type { ObjectEntry } from '../sink.js';
import type { Bucket } from './s3-client.js';
import { refusalOf, unavailable } from './s3-errors.js';

/** Key under which the listing of a sink shows a multipart upload that is not committed. */
function leftoverKey(key: string, uploadId: string): string {
  return `${key}+${encodeURIComponent(uploadId)}${TEMPORARY_SUFFIX}`;
}

/** The key and id of an upload that a listing has shown, or undefined if the key is not of that form. */
export function parseLeftoverKey(leftover: string): { key: string; uploadId: string } | undefined {
  if (!isTemporaryKey(leftover)) return undefined;
  const plus = leftover.lastIndexOf('+');
  if (plus <= 0) return undefined;
  return {
    key: leftover.slice(0, plus),
    uploadId: decodeURIComponent(leftover.slice(plus + 1, -TEMPORARY_SUFFIX.length)),
  };
}

/**
 * Uploads below a prefix that are not committed, in key order after `after`. None where the server does not
 * list them or does not let us: there, a rule of the bucket has to abort them.
 */
export async function listOpenUploads(at: Bucket, prefix: string, after: string): Promise<ObjectEntry[]> {
  const s3 = await at.connect();
  const found: ObjectEntry[] = [];
  let markers: { KeyMarker?: string; UploadIdMarker?: string } = {};
  for (let isMore = true; isMore;) {
    const page: ListMultipartUploadsCommandOutput | undefined = await s3
      .listMultipartUploads({ Bucket: at.bucket, Prefix: at.prefix + prefix, ...markers })
      .catch((error: unknown) => {
        if ([403, 405, 501].includes(refusalOf(error)?.status ?? 0)) return undefined;
        throw unavailable('list', prefix, error);
      });
    for (const { Key = '', UploadId = '', Initiated = new Date() } of page?.Uploads ?? []) {
      const key = leftoverKey(Key.slice(at.prefix.length), UploadId);
      found.push({ key, bytes: 0, etag: UploadId, modifiedAt: Initiated });
    }
    isMore = page?.IsTruncated === true;
    markers = { KeyMarker: page?.NextKeyMarker ?? '', UploadIdMarker: page?.NextUploadIdMarker ?? '' };
  }
  return found.filter(({ key }) => compareKeys(key, after) > 0).sort((a, b) => compareKeys(a.key, b.key));
}

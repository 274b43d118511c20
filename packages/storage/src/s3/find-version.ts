import { quoted } from './etag.js';
import type { Bucket } from './s3-client.js';
import { refusalOf } from './s3-errors.js';

/** Versions of a key that are looked through, in pages of 1,000: the one that was pinned a while ago is among the newest. */
const MOST_PAGES = 10;
/** The server keeps no versions, or does not show them to this client. */
const WITHOUT_VERSIONS: readonly (number | undefined)[] = [400, 403, 405, 501];

/**
 * The id under which a bucket still has a version of an object that was replaced or removed.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 *
 * @param key with the bucket's prefix
 * @returns undefined where the bucket has no such version, or this client may not see it
 */
export async function findVersion(
  at: Bucket,
  key: string,
  etag: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const s3 = await at.connect();
  let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  try {
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await s3.listObjectVersions(
        { Bucket: at.bucket, Prefix: key, ...from },
        signal ? { abortSignal: signal } : {},
      );
      const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = answer;
      const found = Versions.find((version) => version.Key === key && version.ETag === quoted(etag));
      if (found !== undefined) return found.VersionId;
      // Keys come in order: behind the first other one there is no version of this one.
      const isPast = [...Versions, ...DeleteMarkers].some((version) => version.Key !== key);
      if (isPast || IsTruncated !== true) return undefined;
      from = { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker };
    }
    return undefined;
  } catch (error) {
    if (WITHOUT_VERSIONS.includes(refusalOf(error)?.status)) return undefined;
    throw error;
  }
}

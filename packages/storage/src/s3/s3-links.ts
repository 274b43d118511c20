import type { DownloadLinks } from '../download-links.js';
import { checkKey } from '../keys.js';
import type { S3Location } from '../store-config.js';
import { createBucket } from './s3-client.js';
import { unavailable } from './s3-errors.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html */
export function createS3Links(location: S3Location): DownloadLinks {
  const at = createBucket(location);
  return {
    async linkTo(key, seconds, { contentType, contentDisposition, contentEncoding }) {
      checkKey(key);
      try {
        const [s3, { GetObjectCommand }, { getSignedUrl }] = await Promise.all([
          at.connect(),
          import('@aws-sdk/client-s3'),
          import('@aws-sdk/s3-request-presigner'),
        ]);
        const command = new GetObjectCommand({
          Bucket: at.bucket,
          Key: at.prefix + key,
          ResponseContentType: contentType,
          ResponseContentDisposition: contentDisposition,
          ...(contentEncoding === undefined ? {} : { ResponseContentEncoding: contentEncoding }),
          ResponseCacheControl: 'private',
        });
        return await getSignedUrl(s3, command, { expiresIn: seconds });
      } catch (error) {
        throw unavailable('link', key, error);
      }
    },
  };
}

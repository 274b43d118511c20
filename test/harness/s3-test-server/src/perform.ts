import { createBucketContent } from './bucket-content.js';
import type { BucketContent } from './bucket-content.js';
import { deleteObjects } from './delete-objects.js';
import { listMultipartUploads, listObjectVersions, listObjectsV2 } from './listings.js';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
} from './multipart.js';
import { deleteObject, getObject, putObject } from './objects.js';
import type { S3Operation } from './operation.js';
import type { Quirks } from './quirks.js';
import type { S3Answer } from './s3-answer.js';
import type { S3Request } from './s3-request.js';
import { S3Refusal } from './s3-refusal.js';

/** Carries out a request, in one go. */
export function perform(
  operation: S3Operation,
  request: S3Request,
  buckets: Map<string, BucketContent>,
  quirks: Quirks,
): S3Answer {
  if (operation === 'CreateBucket') {
    if (!buckets.has(request.bucket)) buckets.set(request.bucket, createBucketContent(quirks.keepVersions));
    return { status: 200 };
  }
  const bucket = buckets.get(request.bucket);
  if (!bucket) throw new S3Refusal(404, 'NoSuchBucket', 'The specified bucket does not exist');
  switch (operation) {
    case 'HeadBucket':
      return { status: 200 };
    case 'ListObjectsV2':
      return listObjectsV2(bucket, request, quirks.pageSize);
    case 'ListObjectVersions':
      return listObjectVersions(bucket, request, quirks.pageSize);
    case 'ListMultipartUploads':
      return listMultipartUploads(bucket, request, quirks.pageSize);
    case 'DeleteObjects':
      return deleteObjects(bucket, request);
    case 'PutObject':
      return putObject(bucket, request, quirks.ignoreConditions);
    case 'GetObject':
    case 'HeadObject':
      return getObject(bucket, request);
    case 'DeleteObject':
      return deleteObject(bucket, request);
    case 'CreateMultipartUpload':
      return createMultipartUpload(bucket, request);
    case 'UploadPart':
      return uploadPart(bucket, request, quirks);
    case 'CompleteMultipartUpload':
      return completeMultipartUpload(bucket, request, quirks);
    case 'AbortMultipartUpload':
      return abortMultipartUpload(bucket, request);
    default:
      return operation satisfies never;
  }
}

import type { BucketContent } from './bucket-content.js';
import { xmlAnswer } from './s3-answer.js';
import type { S3Answer } from './s3-answer.js';
import { headerOf } from './s3-request.js';
import type { S3Request } from './s3-request.js';
import { S3Refusal } from './s3-refusal.js';
import { elementsOf, textOf } from './xml.js';

const MAX_KEYS = 1000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export function deleteObjects(bucket: BucketContent, request: S3Request): S3Answer {
  const hasChecksum = Object.keys(request.headers).some((name) => name.startsWith('x-amz-checksum-'));
  if (!hasChecksum && headerOf(request, 'content-md5') === undefined) {
    throw new S3Refusal(400, 'InvalidRequest', 'Missing required header for this request: Content-MD5');
  }
  const document = request.body.toString();
  const keys = elementsOf(document, 'Object').map((object) => textOf(object, 'Key'));
  if (keys.length === 0 || keys.length > MAX_KEYS || keys.includes(undefined)) {
    throw new S3Refusal(400, 'MalformedXML', `The XML you provided has ${keys.length} objects.`);
  }
  for (const key of keys) bucket.remove(key ?? '');
  const isQuiet = textOf(document, 'Quiet') === 'true';
  return xmlAnswer(
    'DeleteResult',
    isQuiet ? [] : keys.map((key) => ['Deleted', [['Key', key ?? '']]] as const),
  );
}

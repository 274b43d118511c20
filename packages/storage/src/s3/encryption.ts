import type { ServerSideEncryption } from '@aws-sdk/client-s3';
import type { S3Location } from '../store-config.js';

/** Parameters that make the server encrypt an object; none leave it to the default of the bucket. */
export function encryptionOf(location: S3Location): {
  ServerSideEncryption?: ServerSideEncryption;
  SSEKMSKeyId?: string;
} {
  const { encryption } = location;
  switch (encryption?.kind) {
    case undefined:
      return {};
    case 'sse-s3':
      return { ServerSideEncryption: 'AES256' };
    case 'sse-kms':
      return {
        ServerSideEncryption: 'aws:kms',
        ...(encryption.keyId === undefined ? {} : { SSEKMSKeyId: encryption.keyId }),
      };
    default:
      return encryption satisfies never;
  }
}

import type { S3 } from '@aws-sdk/client-s3';
import type { S3Location } from '../store-config.js';
import { leaveBodiesUnsigned } from './unsigned-bodies.js';

/** A bucket and how to speak to it. Keys of the SDK's calls are ours with `prefix` before them. */
export interface Bucket {
  readonly bucket: string;
  readonly prefix: string;
  /** Loads the SDK at the first call, which takes half a second that work on files must not pay. */
  readonly connect: () => Promise<S3>;
}

export function createBucket(location: S3Location): Bucket {
  let client: Promise<S3> | undefined;
  return {
    bucket: location.bucket,
    prefix: location.prefix ?? '',
    connect: () => (client ??= createClient(location)),
  };
}

const CONNECT_TIMEOUT_MS = 5000;
// Also runs while we are the slow side, so it is long; a read that it breaks goes on where it was.
const IDLE_TIMEOUT_MS = 120_000;
const SOCKETS = 128;
const ATTEMPTS = 5;

async function createClient(location: S3Location): Promise<S3> {
  const { S3 } = await import('@aws-sdk/client-s3');
  const { endpoint, credentials } = location;
  const isAws = endpoint === undefined;
  const checksums = (location.checksums ?? (isAws ? 'when-supported' : 'when-required')) === 'when-supported';
  const region = location.region ?? (isAws ? undefined : 'us-east-1');
  const s3 = new S3({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    forcePathStyle: location.forcePathStyle ?? !isAws,
    requestChecksumCalculation: checksums ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: IDLE_TIMEOUT_MS,
      httpAgent: { keepAlive: true, maxSockets: SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: SOCKETS },
    },
  });
  if (isAws || endpoint.startsWith('https:')) leaveBodiesUnsigned(s3);
  return s3;
}

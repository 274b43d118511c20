import type { Sink } from '../sink.js';
import type { S3Location } from '../store-config.js';

export function createS3Sink(location: S3Location): Sink {
  throw new Error(`bucket ${location.bucket} cannot be opened`);
}

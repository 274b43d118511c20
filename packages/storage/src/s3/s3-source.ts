import type { Source } from '../source.js';
import type { SourceConfig } from '../store-config.js';

export function createS3Source(config: Extract<SourceConfig, { kind: 's3' }>): Source {
  throw new Error(`source ${config.name} on S3 cannot be opened`);
}

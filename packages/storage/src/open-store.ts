import { createFileSink } from './file/file-sink.js';
import { createFileSource } from './file/file-source.js';
import type { Sink } from './sink.js';
import type { Source } from './source.js';
import type { SinkConfig, SourceConfig } from './store-config.js';

/** Opens nothing yet: an unreachable source shows at `probe` or at its first use. */
export async function openSource(config: SourceConfig): Promise<Source> {
  if (config.kind === 'file') return createFileSource(config);
  const { createS3Source } = await import('./s3/s3-source.js');
  return createS3Source(config);
}

/** Opens nothing yet: an unreachable store shows at its first use. */
export async function openSink(config: SinkConfig): Promise<Sink> {
  if (config.kind === 'file') return createFileSink(config);
  // Loading the AWS SDK takes half a second, which threads that work on files do not pay.
  const { createS3Sink } = await import('./s3/s3-sink.js');
  return createS3Sink(config);
}

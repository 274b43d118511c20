import { createFileSink } from './file/file-sink.js';
import { createFileSource } from './file/file-source.js';
import { createS3Sink } from './s3/s3-sink.js';
import { createS3Source } from './s3/s3-source.js';
import type { Sink } from './sink.js';
import type { Source } from './source.js';
import type { SinkConfig, SourceConfig } from './store-config.js';

/**
 * Reaches for nothing yet: an unreachable source shows at `probe` or at its first use.
 *
 * @param options `mayBlock` as `createFileSource` has it
 */
export function openSource(config: SourceConfig, options: { readonly mayBlock?: boolean } = {}): Source {
  return config.kind === 'file' ? createFileSource({ ...config, ...options }) : createS3Source(config);
}

/** Reaches for nothing yet: an unreachable store shows at its first use. */
export function openSink(config: SinkConfig): Sink {
  return config.kind === 'file' ? createFileSink(config) : createS3Sink(config);
}

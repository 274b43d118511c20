import { createFileSink } from './file/file-sink.js';
import { createFileSource } from './file/file-source.js';
import type { Sink } from './sink.js';
import type { Source } from './source.js';
import type { SinkConfig, SourceConfig } from './store-config.js';

export function openSource(config: SourceConfig): Source {
  if (config.kind === 'file') return createFileSource(config);
  throw new Error('sources on S3 cannot be opened');
}

export function openSink(config: SinkConfig): Sink {
  if (config.kind === 'file') return createFileSink(config);
  throw new Error('sinks on S3 cannot be opened');
}

import { boundInflation } from './bound-inflation.js';
import type { DownloadLinks } from './download-links.js';
import { createFileSink } from './file/file-sink.js';
import { createFileSource } from './file/file-source.js';
import { guardSink } from './identity/guard-sink.js';
import type { GuardedSink } from './identity/guard-sink.js';
import { createS3Links } from './s3/s3-links.js';
import { createS3Sink } from './s3/s3-sink.js';
import { createS3Source } from './s3/s3-source.js';
import type { Sink } from './sink.js';
import type { SourceTypes } from './source-types.js';
import type { Source } from './source.js';
import type { SinkConfig, SourceConfig } from './store-config.js';

/**
 * Reaches for nothing yet: an unreachable source shows at `probe` or at its first use.
 *
 * @param options `mayBlock` as `createFileSource` has it
 */
export function openSource(
  config: SourceConfig,
  options: { readonly mayBlock?: boolean } = {},
): Source & SourceTypes {
  const source =
    config.kind === 'file' ? createFileSource({ ...config, ...options }) : createS3Source(config);
  return boundInflation(source, config.gzipRatio);
}

/** Reaches for nothing yet: an unreachable store shows at its first use. One with an id is guarded by it. */
export function openSink(config: SinkConfig): Sink {
  return config.storeId === undefined ? unguarded(config) : openGuardedSink(config, config.storeId);
}

export function openGuardedSink(config: SinkConfig, storeId: string): GuardedSink {
  return guardSink(unguarded({ ...config, storeId }), storeId);
}

function unguarded(config: SinkConfig): Sink {
  return config.kind === 'file' ? createFileSink(config) : createS3Sink(config);
}

/**
 * @param publicEndpoint address of the store as clients reach it; default: as the services do
 * @returns undefined for a store that sends nothing by itself
 */
export function openDownloadLinks(config: SinkConfig, publicEndpoint?: string): DownloadLinks | undefined {
  if (config.kind === 'file') return undefined;
  return createS3Links({ ...config, ...(publicEndpoint === undefined ? {} : { endpoint: publicEndpoint }) });
}

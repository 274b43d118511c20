import { ConditionalPutMissingError } from './errors.js';
import { openSink } from './open-store.js';
import { probeConditionalPut } from './probe-conditional-put.js';
import type { Sink } from './sink.js';
import type { SinkConfig } from './store-config.js';

export interface ProvenSink {
  readonly sink: Sink;
  /** What other threads open the same sink with. */
  readonly config: SinkConfig;
  /** Whether the store itself lets one of several racers win; if not, the sink guards creations itself, which is weaker. */
  readonly conditionalPut: boolean;
}

/**
 * Opens a sink and proves that it creates only what is absent, because outcomes are decided by that. Some servers that
 * speak the protocol of S3 ignore the condition without saying so; they are used in the `emulated` way.
 *
 * @throws StoreUnavailableError when the store cannot be written
 * @throws ConditionalPutMissingError when it is required of the store itself, and it does not do it
 */
export async function openProvenSink(
  config: SinkConfig,
  { requireConditionalPut }: { readonly requireConditionalPut: boolean },
): Promise<ProvenSink> {
  const sink = openSink(config);
  if (config.kind !== 's3') return { sink, config, conditionalPut: true };
  if (config.conditionalPut !== 'emulated' && (await probeConditionalPut(sink))) {
    return { sink, config, conditionalPut: true };
  }
  if (requireConditionalPut) throw new ConditionalPutMissingError(config.bucket);
  const guarded = { ...config, conditionalPut: 'emulated' } as const;
  return { sink: openSink(guarded), config: guarded, conditionalPut: false };
}

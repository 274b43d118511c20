import { ConditionalPutMissingError } from './errors.js';
import type { GuardedSink } from './identity/guard-sink.js';
import { settleIdentity } from './identity/settle-identity.js';
import type { StoreRegister } from './identity/settle-identity.js';
import { StoreIdentityError } from './identity/store-identity-error.js';
import { readMarker } from './identity/store-marker.js';
import { openGuardedSink, openSink } from './open-store.js';
import { probeConditionalPut } from './probe-conditional-put.js';
import type { Sink } from './sink.js';
import type { SinkConfig } from './store-config.js';

export interface ProvenSink {
  readonly sink: Sink;
  /** The configuration with which other threads open the same sink. */
  readonly config: SinkConfig;
  /** Whether the store itself lets one of several racers win; if not, the sink guards creations itself, which is weaker. */
  readonly conditionalPut: boolean;
}

export interface KnownSink extends ProvenSink {
  readonly sink: GuardedSink;
  /** Id in its marker. */
  readonly storeId: string;
}

/**
 * Opens a sink and proves that it creates an object only if it is absent, because this decides outcomes. Some
 * servers that speak the protocol of S3 ignore the condition without saying so; they are used in the
 * `emulated` way.
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

/**
 * The same for the store of the exports, whose identity is settled before anything is written to it, and looked at ever
 * after.
 *
 * @param register undefined while it does not answer: the marker alone then says which store it is
 * @throws StoreIdentityError when it is not the store that the working state is about
 */
export async function openKnownSink(
  config: SinkConfig,
  options: { readonly requireConditionalPut: boolean },
  register: StoreRegister | undefined,
): Promise<KnownSink> {
  const plain = openSink(config);
  const place = placeOf(config);
  const storeId =
    register === undefined
      ? await readMarker(plain)
      : await settleIdentity(
          plain,
          place,
          register,
          async () => (await openProvenSink(config, options)).sink,
        );
  if (storeId === undefined) throw new StoreIdentityError(place, { known: undefined, found: undefined });
  const proven = await openProvenSink({ ...config, storeId }, options);
  return { ...proven, storeId, sink: openGuardedSink(proven.config, storeId) };
}

/** A place as it is written in `MILLRACE_OUT`. */
export function placeOf(config: SinkConfig): string {
  return config.kind === 'file' ? config.root : `s3://${config.bucket}/${config.prefix ?? ''}`;
}

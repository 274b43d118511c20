import { openSink } from '@millrace/storage';
import type { Sink, SinkConfig } from '@millrace/storage';

/** The store whose speed is measured. */
export function storeAt(config: SinkConfig): Sink {
  return openSink(config);
}

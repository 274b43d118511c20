import type { LocalStack } from '@millrace/local-stack';
import { openSink } from '@millrace/storage';
import type { ObjectStore } from '@millrace/storage';

/** The store of a local stack, as another process lists it. */
export function openStore({ outFolder }: LocalStack): Pick<ObjectStore, 'list'> {
  return openSink({ kind: 'file', root: outFolder });
}

import { createIdIndexes } from '@millrace/cohort';
import type { Events } from '@millrace/observability';
import type { MaintenanceQueue } from '@millrace/queue';
import type { ObjectStore, Source } from '@millrace/storage';
import type { Gate } from '@millrace/threads';
import { atMostEvery } from './at-most-every.js';
import type { ApiConfig } from './config.js';
import { createResourceLookup } from './resource-lookup.js';
import type { SharedLookup } from './resource-lookup.js';

/** Memory of opened id indexes. */
const INDEXES_HELD_BYTES = 32 << 20;
/** How often one API asks for an index that is not there. */
const ASK_MS = 2_000;

/** The look-up of patients and groups for kick-offs, by the id indexes in the store. */
export function composeLookup(
  ports: {
    readonly sources: ReadonlyMap<string, Source>;
    readonly store: ObjectStore;
    readonly events: Events;
    readonly maintenance: Pick<MaintenanceQueue, 'signal'>;
    readonly gate: Gate;
  },
  config: ApiConfig['kickOff'],
): SharedLookup {
  const { sources, store, events, maintenance, gate } = ports;
  return createResourceLookup({
    sources,
    indexes: createIdIndexes({
      store,
      heldBytes: INDEXES_HELD_BYTES,
      onDamaged: (err) => events.idIndexDamaged({ err }),
    }),
    mostBytes: config.lookupBytes,
    gate,
    patienceMs: config.indexPatienceMs,
    ask: atMostEvery(ASK_MS, () => {
      // A worker that does not hear it finds the file by itself.
      maintenance.signal('id_indexer').catch(() => undefined);
    }),
    events,
  });
}

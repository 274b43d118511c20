import type { Source } from '@millrace/storage';
import { createEngineHere } from '../threads/engine-here.js';

/** A pool that evaluates on this thread, and rejects with the errors as they were thrown. */
export function poolHere(from: Source): ReturnType<typeof createEngineHere> {
  return createEngineHere({
    source: () => from,
    fault: (error) => {
      throw error;
    },
  });
}

import type { BackgroundTask, TaskStatus } from '../background-task.js';
import { checkLimit } from '../task-limit.js';

export interface LostExportStatus extends TaskStatus {
  /** Exports that were put back. */
  readonly rebuilt: string[];
}

/**
 * Looks through the object store for exports that Redis has lost, and puts them back.
 *
 * @throws TaskLimitError
 */
export function createLostExportSweeper(options: {
  /** Looks at this many objects after a key; `next` is the key to go on from, undefined at the end. */
  readonly sweep: (
    after: string | undefined,
    maxKeys: number,
  ) => Promise<{ readonly next: string | undefined; readonly rebuilt: readonly string[] }>;
  readonly maxListedKeys: number;
}): BackgroundTask<LostExportStatus> {
  const { sweep, maxListedKeys: limit } = options;
  const name = 'lost_export_sweeper';
  checkLimit(name, 'maxListedKeys', limit);
  return {
    name,
    description: 'restores exports that Redis has lost from the object store',
    periodSecs: 60,
    newStatus: () => ({ limit, rebuilt: [], errors: [] }),
    async activate({ cursor }, status) {
      const { next, rebuilt } = await sweep(cursor, limit);
      for (const id of rebuilt) status.rebuilt.push(id);
      if (next !== undefined) status.cursor = next;
    },
    level: ({ rebuilt }) => (rebuilt.length > 0 ? 'warn' : 'debug'),
  };
}

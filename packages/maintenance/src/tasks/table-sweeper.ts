import type { ObjectStore } from '@millrace/storage';
import { sweepTable, tablesIn } from '@millrace/tables';
import type { BackgroundTask, TaskStatus } from '../background-task.js';
import { failItem } from '../failed-item.js';

export interface TableSweeperStatus extends TaskStatus {
  tables: number;
  removedFiles: number;
}

/** A destination of tables. */
interface SweptDestination {
  readonly tenant: string;
  readonly name: string;
}

/**
 * Removes files from the tables of all destinations that no version of a table names, when the export that brought them is over,
 * and those that a newer version replaced seven days ago.
 */
export function createTableSweeper(
  ports: {
    readonly destinations: readonly SweptDestination[];
    open(destination: SweptDestination): Promise<Pick<ObjectStore, 'list' | 'read' | 'remove'>>;
    /** Whether an export may still commit files that it has brought. */
    mayCommit(exportId: string): Promise<boolean>;
  },
  { unnamedMs }: { readonly unnamedMs: number },
): BackgroundTask<TableSweeperStatus> {
  return {
    name: 'table_sweeper',
    description: 'removes files of tables that no version names, and those that were replaced seven days ago',
    periodSecs: 3600,
    newStatus: () => ({ limit: ports.destinations.length, tables: 0, removedFiles: 0, errors: [] }),
    async activate({ now, signal }, status) {
      for (const destination of ports.destinations) {
        try {
          const store = await ports.open(destination);
          for await (const table of tablesIn(store)) {
            signal.throwIfAborted();
            const terms = { now: now(), unnamedMs, mayCommit: ports.mayCommit };
            status.removedFiles += await sweepTable(store, table, terms);
            status.tables += 1;
          }
        } catch (error) {
          signal.throwIfAborted();
          failItem(status, `${destination.tenant}/${destination.name}`, error);
        }
      }
    },
    level: ({ removedFiles }) => (removedFiles > 0 ? 'info' : 'debug'),
  };
}

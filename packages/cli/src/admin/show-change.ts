import type { Change } from '@millrace/protocol/admin';

/** One line: the change that was made, and the command that shows how it goes on. */
export function showChange(change: Change): string {
  if ('activated' in change)
    return `${change.activated} runs now; millrace admin tasks show ${change.activated} shows its counts`;
  if ('cancelled' in change) return `the export ${change.cancelled} is cancelled`;
  return `the export ${change.deleted} is deleted, with its files`;
}

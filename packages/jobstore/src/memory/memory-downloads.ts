import type { Downloads } from '@millrace/export';
import type { Memory } from './memory-state.js';

export function memoryDownloads({ now }: Memory): Downloads {
  /** Until when each counts, by export and name. */
  const open = new Map<string, Map<string, number>>();
  const askedAt = new Map<string, number>();
  return {
    async openDownload(exportId, download, forMs) {
      const ofExport = open.get(exportId) ?? new Map<string, number>();
      open.set(exportId, ofExport.set(download, now() + forMs));
    },
    async closeDownload(exportId, download) {
      open.get(exportId)?.delete(download);
    },
    async awaitsDownloads(exportId, patienceMs) {
      const at = now();
      if (![...(open.get(exportId)?.values() ?? [])].some((until) => until > at)) return false;
      const first = askedAt.get(exportId) ?? at;
      askedAt.set(exportId, first);
      return at - first < patienceMs;
    },
  };
}

import { createDownloadSlots } from './download-slots.js';
import { createGzipSlots } from './gzip-slots.js';
import type { SendingRoom } from './send-object.js';

/** @param onCut is told when a download is broken off because its client reads nothing and another one waits */
export function createSendingRoom(
  limits: { readonly maxDownloads: number; readonly maxPackedDownloads: number },
  onCut: () => void,
): SendingRoom {
  return {
    downloads: createDownloadSlots({ most: limits.maxDownloads, onCut }),
    gzips: createGzipSlots(limits.maxPackedDownloads),
  };
}

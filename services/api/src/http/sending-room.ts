import { createDownloadSlots } from './download-slots.js';
import { createGzipSlots } from './gzip-slots.js';
import type { SendingRoom } from './send-object.js';
import { tenantShare } from './tenant-share.js';

/**
 * @param tenants how many there are
 * @param onCut is told when a download is broken off because its client reads nothing and another one waits
 */
export function createSendingRoom(
  limits: { readonly maxDownloads: number; readonly maxPackedDownloads: number },
  tenants: number,
  onCut: () => void,
): SendingRoom {
  const { maxDownloads: most, maxPackedDownloads: mostPacked } = limits;
  return {
    downloads: createDownloadSlots({ most, mostOfTenant: tenantShare(most, tenants), onCut }),
    gzips: createGzipSlots(mostPacked, tenantShare(mostPacked, tenants)),
  };
}

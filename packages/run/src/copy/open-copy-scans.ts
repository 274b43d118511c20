import { LRUCache } from 'lru-cache';
import { ProgramTooLargeError, createCopyScan, isKernelBuilt, translateCopy } from '@millrace/scan';
import type { CopyScan } from '@millrace/scan';
import type { ResourceFilter } from '../range/resource-filter.js';

/** Undefined where there is no scan: all lines are odd. */
export type OpenCopyScan = (resourceType: string, filter: ResourceFilter) => CopyScan | undefined;

/** Types that a thread works on in turns. */
const SCAN_BYTES_KEPT = 48 << 20;

/**
 * Keeps the scans that a thread opened last. Equal filters need to be the same object.
 *
 * Of a line that is copied, strings, escapes, UTF-8 and brackets are checked, and the values that the filter reads: with the
 * grammar of all values a copy takes a fifth more time, and nobody reads the others here.
 */
export function createCopyScans(): OpenCopyScan {
  const kept = new LRUCache<ResourceFilter, CopyScan>({
    maxSize: SCAN_BYTES_KEPT,
    sizeCalculation: ({ memoryBytes }) => Math.min(memoryBytes, SCAN_BYTES_KEPT),
  });
  return (resourceType, filter) => {
    const scan = kept.get(filter) ?? open(resourceType, filter);
    if (scan !== undefined) kept.set(filter, scan);
    return scan;
  };
}

function open(resourceType: string, filter: ResourceFilter): CopyScan | undefined {
  if (!isKernelBuilt()) return undefined;
  try {
    return createCopyScan(translateCopy(resourceType, filter), 'read');
  } catch (error) {
    if (error instanceof ProgramTooLargeError) return undefined;
    throw error;
  }
}

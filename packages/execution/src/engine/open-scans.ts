import { LRUCache } from 'lru-cache';
import type { Format } from '@millrace/formats';
import { ProgramTooLargeError, createScan, isKernelBuilt } from '@millrace/scan';
import type { Scan, ScanChecks } from '@millrace/scan';
import { translateViews } from '@millrace/view-program';
import type { CompiledView } from '@millrace/viewdef';
import type { ResourceFilter } from './resource-filter.js';

/** A scan for the views of a pass, or why there can be none. */
export type OpenScan = (
  views: readonly CompiledView[],
  format: Format,
  filter?: ResourceFilter,
) => { readonly scan: Scan } | { readonly declined: string };

/** The shards of an export that a thread works on share a scan: two usual ones, or one with the largest set of patients. */
const SCAN_BYTES_KEPT = 48 << 20;
/** With those that were declined. */
const MOST_KEPT = 16;

/** The scan declines the views of a pass, and `scan` was asked for by name. */
export class ScanDeclinedError extends Error {
  override readonly name = 'ScanDeclinedError';
  readonly reason: string;

  constructor(reason: string) {
    super(
      `the views cannot be evaluated by the engine "scan", because ${reason}; expected the engine "auto"`,
    );
    this.reason = reason;
  }
}

/**
 * Keeps the scans that a thread opened last. Compiled views are kept too, so that the same views are the same objects.
 *
 * @param bytesKept what the scans may take together, unless one alone takes more
 */
export function createScans(checks: ScanChecks = 'all', bytesKept = SCAN_BYTES_KEPT): OpenScan {
  const kept = new LRUCache<string, ReturnType<OpenScan>>({
    max: MOST_KEPT,
    maxSize: bytesKept,
    sizeCalculation: (opened) => Math.min('scan' in opened ? opened.scan.memoryBytes : 1, bytesKept),
  });
  const numberOf = createNumbering();
  return (views, format, filter) => {
    const key = [format, filter === undefined ? 0 : numberOf(filter), ...views.map(numberOf)].join(' ');
    const opened = kept.get(key) ?? open(views, format, filter, checks);
    kept.set(key, opened);
    return opened;
  };
}

/** Numbers objects, from 1, without keeping them. */
function createNumbering(): (object: object) => number {
  const numbers = new WeakMap<object, number>();
  let last = 0;
  return (object) => {
    const number = numbers.get(object) ?? (last += 1);
    numbers.set(object, number);
    return number;
  };
}

function open(
  views: readonly CompiledView[],
  format: Format,
  filter: ResourceFilter | undefined,
  checks: ScanChecks,
): ReturnType<OpenScan> {
  if (!isKernelBuilt()) return { declined: 'the kernel of the scan is not built' };
  const plans = views.map(({ plan }) => plan);
  const translation = translateViews(plans, format, filter);
  if ('declined' in translation) return translation;
  try {
    return { scan: createScan(translation.program, checks) };
  } catch (error) {
    if (error instanceof ProgramTooLargeError) return { declined: error.message };
    throw error;
  }
}

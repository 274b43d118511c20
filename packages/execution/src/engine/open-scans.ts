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
  const kept: {
    views: readonly CompiledView[];
    format: Format;
    filter: ResourceFilter | undefined;
    opened: ReturnType<OpenScan>;
  }[] = [];
  return (views, format, filter) => {
    const index = kept.findIndex(
      (one) =>
        one.format === format &&
        one.filter === filter &&
        one.views.length === views.length &&
        one.views.every((view, place) => view === views[place]),
    );
    const [found] = index === -1 ? [] : kept.splice(index, 1);
    const { opened } = found ?? { opened: open(views, format, filter, checks) };
    kept.unshift({ views, format, filter, opened });
    kept.length = Math.min(kept.length, MOST_KEPT);
    while (kept.length > 1 && sumOf(kept) > bytesKept) kept.pop();
    return opened;
  };
}

function sumOf(kept: readonly { readonly opened: ReturnType<OpenScan> }[]): number {
  return kept.reduce((sum, { opened }) => sum + ('scan' in opened ? opened.scan.memoryBytes : 0), 0);
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

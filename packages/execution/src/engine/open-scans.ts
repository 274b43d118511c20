import type { Format } from '@millrace/formats';
import { createScan, isKernelBuilt } from '@millrace/scan';
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

/** A scan has 20 MB of memory; the shards of an export that a thread works on share one. */
const SCANS_KEPT = 2;

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

/** Keeps the scans that a thread opened last. Compiled views are kept too, so that the same views are the same objects. */
export function createScans(checks: ScanChecks = 'all'): OpenScan {
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
    kept.length = Math.min(kept.length, SCANS_KEPT);
    return opened;
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
  return 'declined' in translation ? translation : { scan: createScan(translation.program, checks) };
}

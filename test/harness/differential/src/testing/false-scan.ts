import { createLineScan } from '../engines/scan-lines.js';
import type { LineScanFactory } from '../engines/scan-lines.js';

/** The scan, but it counts a row too many of the first view where the lines are such. */
export function falseScan(isFalse: (lines: readonly Buffer[]) => boolean): LineScanFactory {
  return (program, framing) => {
    const scan = createLineScan(program, framing);
    return (lines) => {
      const scanned = scan(lines);
      if (!isFalse(lines)) return scanned;
      const views = scanned.views.map((view, at) => (at === 0 ? { ...view, rows: view.rows + 1 } : view));
      return { ...scanned, views };
    };
  };
}

import type { RowFormat } from '@millrace/formats';
import { translateViews } from '@millrace/scan';
import { engineName } from '@millrace/viewdef';
import type { CompiledView, EngineChoice } from '@millrace/viewdef';
import { scanFormat } from '../range/open-scans.js';

/**
 * The engine that a view's record names. Single lines, and views of a crowded pass, may go from the scan to
 * another engine.
 */
export function expectedEngine(
  view: CompiledView,
  engine: EngineChoice,
  { format, partitionBy }: { readonly format: RowFormat; readonly partitionBy?: string | undefined },
): string {
  const mayScan = partitionBy === undefined && (engine === 'auto' || engine === 'scan');
  if (mayScan && 'program' in translateViews([view.plan], scanFormat(format))) return 'scan';
  return engineName(view.engine);
}

import { LRUCache } from 'lru-cache';
import { compileView } from './compile-view.js';
import type { CompileOptions } from './compile-view.js';
import type { CompiledView } from './compiled-view.js';

/** Compiles a view, or finds it compiled. @throws ViewDefinitionError */
export type CompileView = (view: unknown, options: CompileOptions) => CompiledView;

/** The shards of an export share their views, and clients ask for the same views again and again. */
const VIEWS_KEPT = 256;
/** Length of the texts of all that are kept, in UTF-16 code units: a compiled view takes some ten times its text. */
const TEXT_KEPT = 1 << 20;

/**
 * Keeps the views that were compiled last: compiling takes longer than a small shard does, and than all else that is
 * done to accept an export. The same view is the same object as long as it is kept.
 *
 * @param onPath as of `CompileOptions`, for all views
 */
export function createCompiledViews(
  textKept = TEXT_KEPT,
  onPath: CompileOptions['onPath'] = () => undefined,
): CompileView {
  const kept = new LRUCache<string, CompiledView>({
    max: VIEWS_KEPT,
    maxSize: textKept,
    // One that is larger than all that may be kept is kept alone.
    sizeCalculation: (_, key) => Math.min(key.length, textKept),
  });
  return (view, options) => {
    const key = JSON.stringify([options.engine, options.fhirVersion, options.checks, options.bases, view]);
    const found = kept.get(key);
    if (found !== undefined) return found;
    const compiled = compileView(view, { onPath, ...options });
    kept.set(key, compiled);
    return compiled;
  };
}

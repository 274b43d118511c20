import { compileView } from '@millrace/viewdef';
import type { CompileOptions, CompiledView, ViewEngine } from '@millrace/viewdef';

/** Compiles a view, or finds it compiled. */
export type CompileView = (view: unknown, options: CompileOptions) => CompiledView;

/** Shards of one export share their views; a thread sees a few exports at a time. */
const VIEWS_KEPT = 64;

/** Keeps the views that a thread compiled last, because a small shard takes less time than compiling does. */
export function createCompiledViews(): CompileView {
  const kept = new Map<string, CompiledView>();
  return (view, options) => {
    const key = JSON.stringify([options.engine, options.fhirVersion, view]);
    const compiled = kept.get(key) ?? compileView(view, options);
    kept.delete(key);
    kept.set(key, compiled);
    for (const oldest of kept.keys()) {
      if (kept.size <= VIEWS_KEPT) break;
      kept.delete(oldest);
    }
    return compiled;
  };
}

/** What evaluates a view, for manifests and metrics: `codegen`, `codegen+fhirpath` or `fhirpath`. */
export function engineName({ tier, fhirpathColumns }: ViewEngine): string {
  return tier !== 'fhirpath' && fhirpathColumns.length > 0 ? `${tier}+fhirpath` : tier;
}

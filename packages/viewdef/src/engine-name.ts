import type { ViewEngine } from './compiled-view.js';

/** The engine of a view, for manifests and metrics: `codegen`, `codegen+fhirpath` or `fhirpath`. */
export function engineName({ tier, outside }: ViewEngine): string {
  return tier !== 'fhirpath' && outside.length > 0 ? `${tier}+fhirpath` : tier;
}

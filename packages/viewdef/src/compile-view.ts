import type { CompiledView, EngineChoice, FhirVersion } from './compiled-view.js';
import { ViewDefinitionError } from './errors.js';

export interface CompileOptions {
  /** `auto` by default: generated code, and fhirpath.js for what that does not cover. */
  readonly engine?: EngineChoice;
  /** Version of the data; `R4` by default. */
  readonly fhirVersion?: FhirVersion;
}

/**
 * Checks a ViewDefinition completely and compiles it.
 *
 * @throws ViewDefinitionError with every fault that was found.
 * @see https://build.fhir.org/ig/HL7/sql-on-fhir/StructureDefinition-ViewDefinition.html
 */
export function compileView(resource: unknown, options: CompileOptions = {}): CompiledView {
  void [resource, options];
  throw new ViewDefinitionError([]);
}

import type { Constants } from '../definition/constants.js';
import type { ElementType } from '../model/element-type.js';
import type { FhirModel } from '../model/fhir-model.js';

/** The meaning of names at one place of an expression. */
export interface Scope {
  /** Type of `$this`. */
  readonly self: ElementType;
  /** True at the top of a path, false in the argument of `where` and the like. */
  readonly isTop: boolean;
  readonly resource: ElementType;
  readonly constants: Constants;
  readonly model: FhirModel;
}

import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import { textOf, valueOf } from '../parameters/taken-parameters.js';
import type { ReadParameter } from '../parameters/read-parameters.js';
import { passable, type Passable } from './passable.js';

export const ORGANIZE_OUTPUT_BY = 'organizeOutputBy';
const ASSOCIATED = 'includeAssociatedData';

/** How the output is to be organized; undefined for files of one type each. */
interface Organization {
  readonly organizeBy: 'Patient' | undefined;
  readonly passable: readonly Passable[];
  readonly faults: readonly Fault[];
}

/**
 * Reads what the output is to be organized by. The guide leaves it to servers which types they support.
 *
 * @see https://hl7.org/fhir/uv/bulkdata/export.html#query-parameters
 */
export function organizationOf(parameters: readonly ReadParameter[]): Organization {
  const asked = textOf(parameters, ORGANIZE_OUTPUT_BY);
  if (asked === undefined) return { organizeBy: undefined, passable: [], faults: [] };
  if (asked === 'Patient') {
    const isAssociated = valueOf(parameters, ASSOCIATED) !== undefined;
    return { organizeBy: asked, passable: [], faults: isAssociated ? [associatedFault()] : [] };
  }
  const diagnostics = `${ORGANIZE_OUTPUT_BY} ${quote(asked)} is not supported; this server organizes output by Patient`;
  const fault: Fault = { status: 400, code: 'not-supported', diagnostics, expression: ORGANIZE_OUTPUT_BY };
  return { organizeBy: undefined, passable: [passable(ORGANIZE_OUTPUT_BY, fault)], faults: [] };
}

/** Provenance of other resources of a patient does not name the patient, so that it is in no block. */
function associatedFault(): Fault {
  const diagnostics = `${ASSOCIATED} is not supported together with ${ORGANIZE_OUTPUT_BY}; leave out one of them`;
  return { status: 400, code: 'not-supported', diagnostics, expression: ASSOCIATED };
}

import type { InternalTypes } from './internal-types.js';

/** The module of fhirpath.js that finds the members of an item. */
export interface InternalUtilities {
  makeChildResNodes(
    context: unknown,
    parent: { readonly data?: unknown },
    name: string,
    model: unknown,
  ): unknown[];
}

/**
 * Hides the JavaScript members of a value: a text has no element `length`, and a number has none of the
 * members of the object that fhirpath.js makes of it. A primitive has an id and extensions only.
 */
export function mendMembers(
  utilities: InternalUtilities,
  { FP_Decimal_Precise: Decimal, FP_TimeBase }: InternalTypes,
): void {
  const { makeChildResNodes } = utilities;
  const isPrimitive = (data: unknown): boolean =>
    (typeof data !== 'object' && data !== undefined) ||
    data instanceof Decimal ||
    data instanceof FP_TimeBase;
  utilities.makeChildResNodes = (context, parent, name, model) => {
    if (isPrimitive(parent.data) && name !== 'id' && name !== 'extension') return [];
    return makeChildResNodes(context, parent, name, model);
  };
}

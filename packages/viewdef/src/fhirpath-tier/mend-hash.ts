import type { InternalTypes, Quantity } from './internal-types.js';
import type { ValueUtilities } from './mend-equality.js';

/**
 * Lets sets of more than six objects be told apart as smaller ones are. For them fhirpath.js compares texts that it makes of
 * objects, in which 1.0 and 1.00 differ, and which it cannot make of a quantity whose unit UCUM does not have.
 *
 * @param load loads the module that makes those texts: it keeps the function for values as it finds it
 */
export function mendHash(
  utilities: ValueUtilities,
  { FP_Decimal_Precise: Decimal, FP_Quantity, ucumUtils }: InternalTypes,
  load: () => void,
): void {
  const { valDataConverted } = utilities;
  const isUnknown = ({ unit }: Quantity): boolean =>
    unit.startsWith("'") && !ucumUtils.getSpecifiedUnit(unit.slice(1, -1)).unit;
  utilities.valDataConverted = (item) => {
    const value = valDataConverted(item);
    // Other members than any object of FHIR has.
    if (typeof value === 'number') return { '_!decimal!_': new Decimal(value).value.toString() };
    if (value instanceof Decimal) return { '_!decimal!_': value.value.toString() };
    if (value instanceof FP_Quantity && isUnknown(value)) {
      return { '_!quantity!_': value.value, '_!unit!_': value.unit };
    }
    return value;
  };
  try {
    load();
  } finally {
    utilities.valDataConverted = valDataConverted;
  }
}

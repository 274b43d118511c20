import { createRequire } from 'node:module';
import type * as Fhirpath from 'fhirpath';
import { internalTypes } from './internal-types.js';
import { mendDecimals } from './mend-decimals.js';
import { mendEquality } from './mend-equality.js';
import type { EqualityOperators, ValueUtilities } from './mend-equality.js';
import { mendHash } from './mend-hash.js';
import { mendMembers } from './mend-members.js';
import type { InternalUtilities } from './mend-members.js';
import { mendMoments } from './mend-moments.js';
import { mendTextOrder } from './mend-text-order.js';
import type { OrderOperators } from './mend-text-order.js';

const require = createRequire(import.meta.url);
let library: typeof Fhirpath | undefined;

/** fhirpath.js, loaded when the first view needs it: about 100 ms and 20 MB, which most processes never pay. */
export function fhirpathLibrary(): typeof Fhirpath {
  if (library === undefined) {
    const utilities = require('fhirpath/src/utilities.js') as InternalUtilities & ValueUtilities;
    const operators = require('fhirpath/src/equality.js') as EqualityOperators & OrderOperators;
    mendEquality(operators, utilities);
    mendTextOrder(operators, utilities);
    mendHash(utilities, internalTypes(), () => void require('fhirpath/src/hash-object.js'));
    library = require('fhirpath') as typeof Fhirpath; // its types describe the CommonJS form too
    mendDecimals(internalTypes());
    mendMoments(internalTypes());
    mendMembers(utilities, internalTypes());
  }
  return library;
}

/** Items keep their place in the resource, and decimals their digits. */
export const libraryOptions = { async: false, preciseMath: true, resolveInternalTypes: false } as const;

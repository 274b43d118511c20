import { isJsonObject } from '@millrace/fhir';
import type { ReferenceKey } from '@millrace/fhir';
import type { UserInvocationTable } from 'fhirpath';
import { boundary, boundedTypes } from '../values/boundaries.js';
import type { BoundedType, Side } from '../values/boundaries.js';
import { conversionFunctions } from './conversions.js';
import { internalTypes } from './internal-types.js';
import { fhirpathLibrary } from './library.js';
import { textFunctions } from './text-functions.js';
import { timeFunctions } from './time-functions.js';
import { fromFhirpath } from './values.js';

/**
 * Functions that fhirpath.js lacks or that are defined otherwise: the boundaries of a dateTime without zone lie in the
 * outermost zones, its `where` takes an element that holds `false` for true, its `iif` and `all` what is no boolean for false, and its `skip` and `take` count from the end
 * below 0.
 */
export function userFunctions(at: number, keyOf: ReferenceKey): UserInvocationTable {
  return {
    getResourceKey: { fn: resourceKeys, arity: { 0: [] } },
    getReferenceKey: { fn: referenceKeys(keyOf), arity: { 0: [], 1: ['TypeSpecifier'] } },
    where: { fn: matching, arity: { 1: ['Expr'] }, internalStructures: true },
    exists: { fn: exists, arity: { 0: [], 1: ['Expr'] }, internalStructures: true },
    all: { fn: all, arity: { 1: ['Expr'] }, internalStructures: true },
    iif: {
      fn: conditional,
      arity: { 2: ['Expr', 'Expr'], 3: ['Expr', 'Expr', 'Expr'] },
      internalStructures: true,
    },
    ...timeFunctions(),
    ...conversionFunctions(),
    skip: part((items, count) => items.slice(count)),
    take: part((items, count) => items.slice(0, count)),
    ...textFunctions(at),
    lowBoundary: boundaryFunction('low', at),
    highBoundary: boundaryFunction('high', at),
  };
}

/** The variable that macros of fhirpath.js set for `$index`. */
interface Iteration {
  $index?: number;
}

type Criteria = (item: unknown) => readonly unknown[];

function matching(this: Iteration, items: readonly unknown[], criteria: Criteria): readonly unknown[] {
  return items.filter((item, index) => {
    this.$index = index;
    return holds(criteria(item));
  });
}

/**
 * Whether a condition is true: a single item is true, unless it is false or has no value. Several items are a
 * fault.
 *
 * @see https://hl7.org/fhirpath/#singleton-evaluation-of-collections
 */
function holds([result, ...others]: readonly unknown[]): boolean {
  if (others.length > 0) throw new Error('singleton expected');
  const value: unknown = fhirpathLibrary().util.valData(result);
  return value !== undefined && value !== null && value !== false;
}

function all(this: Iteration, items: readonly unknown[], criteria: Criteria): readonly boolean[] {
  const holdsAll = items.every((item, index) => {
    this.$index = index;
    return holds(criteria(item));
  });
  return [holdsAll];
}

function conditional(
  items: readonly unknown[],
  criterion: Criteria,
  then: Criteria,
  otherwise?: Criteria,
): readonly unknown[] {
  return holds(criterion(items)) ? then(items) : (otherwise?.(items) ?? []);
}

function exists(this: Iteration, items: readonly unknown[], criteria?: Criteria): readonly boolean[] {
  return [(criteria === undefined ? items : matching.call(this, items, criteria)).length > 0];
}

function resourceKeys(items: readonly unknown[]): readonly unknown[] {
  return items.flatMap((item) =>
    isJsonObject(item) && typeof item['resourceType'] === 'string' && item['id'] !== undefined
      ? [item['id']]
      : [],
  );
}

function referenceKeys(keyOf: ReferenceKey) {
  return (items: readonly unknown[], target?: { readonly name: string }): readonly string[] =>
    items
      .map((item) => (isJsonObject(item) ? keyOf(item['reference'], target?.name) : undefined))
      .filter((key) => key !== undefined);
}

/** The items from a position on, or up to one; below 0 it is 0. */
function part(
  of: (items: readonly unknown[], count: number) => readonly unknown[],
): UserInvocationTable[string] {
  const fn = (items: readonly unknown[], count: unknown): readonly unknown[] =>
    of(items, Math.max(0, Number(count)));
  return { fn, arity: { 1: ['Integer'] }, internalStructures: true };
}

function boundaryFunction(side: Side, at: number): UserInvocationTable[string] {
  function fn(this: unknown, items: readonly unknown[], precision?: unknown): readonly unknown[] {
    if (items.length > 1) throw new Error('singleton expected');
    // An empty list stands for an argument that yields nothing.
    if (Array.isArray(precision)) return [];
    const digits = precision === undefined ? undefined : Number(precision);
    return items.flatMap((item) => boundaryOf(side, item, digits, at, this) ?? []);
  }
  return { fn, arity: { 0: [], 1: ['Integer'] }, internalStructures: true };
}

function boundaryOf(
  side: Side,
  item: unknown,
  precision: number | undefined,
  at: number,
  context: unknown,
): unknown {
  const { util, FP_Decimal: Decimal } = fhirpathLibrary();
  const value = fromFhirpath(util.valData(item));
  const type = boundedTypeOf(item);
  if (value === undefined || value === null || type === undefined) return undefined;
  const bound = boundary(side, type, value, precision, at);
  if (bound === undefined) return undefined;
  if (typeof bound !== 'string') return Decimal.getDecimal(typeof bound === 'number' ? bound : bound.text);
  const { FP_Date, FP_DateTime, FP_Time } = internalTypes();
  return new (type === 'date' ? FP_Date : type === 'time' ? FP_Time : FP_DateTime)(context, bound);
}

/** FHIR's name of the type, be the item an element or the result of a calculation. */
function boundedTypeOf(item: unknown): BoundedType | undefined {
  const [name = ''] = fhirpathLibrary().types([item]);
  const [namespace, local = ''] = name.split('.');
  // Constants and calculated values have the decimal places that they show; JSON writers drop those of a
  // whole element.
  if (namespace === 'System' && local.toLowerCase() === 'decimal') return 'integer';
  return boundedTypes[namespace === 'System' ? local.charAt(0).toLowerCase() + local.slice(1) : local];
}

import { isPlainObject } from './plain-object.js';

/** The module of fhirpath.js with the operators `=`, `!=`, `~` and `!~`. */
export interface EqualityOperators {
  equal: Operator;
  unequal: Operator;
  equival: Operator;
  unequival: Operator;
}

/** Undefined stands for empty. */
type Operator = (this: unknown, left: unknown, right: unknown) => boolean | undefined;

/** The module of fhirpath.js that finds the value of an item: for FHIR's dates, times and quantities its own. */
export interface ValueUtilities {
  valDataConverted(item: unknown): unknown;
}

/**
 * Gives fhirpath.js the order in which lists are compared. By `=` they are compared pair by pair, and a pair that is left
 * open, such as 2020 and 2020-01, leaves the list open. By `~` they are compared in any order, those within items too. The
 * library must be loaded afterwards: it takes the operators as it finds them.
 *
 * @see https://hl7.org/fhirpath/#equality
 */
export function mendEquality(operators: EqualityOperators, { valDataConverted }: ValueUtilities): void {
  const { equal, equival } = operators;

  const equalLists: Operator = function (left, right) {
    if (!isList(left) || !isList(right) || left.length !== right.length) return equal.call(this, left, right);
    const pairs = left.map((item, index) => equal.call(this, [item], [right[index]]));
    if (pairs.includes(false)) return false;
    return pairs.includes(undefined) ? undefined : true;
  };

  const equivalent: Operator = function (left, right) {
    const [first, second] = [valDataConverted(left), valDataConverted(right)];
    if (isList(first) && isList(second)) {
      if (first.length !== second.length) return false;
      const others = [...second];
      return first.every((item) => {
        const found = others.findIndex((other) => equivalent.call(this, item, other) === true);
        if (found >= 0) others.splice(found, 1);
        return found >= 0;
      });
    }
    if (!isPlainObject(first) || !isPlainObject(second)) return equival.call(this, left, right);
    const keys = Object.keys(first);
    return (
      keys.length === Object.keys(second).length &&
      keys.every(
        (key) => Object.hasOwn(second, key) && equivalent.call(this, first[key], second[key]) === true,
      )
    );
  };

  operators.equal = equalLists;
  operators.unequal = function (left, right) {
    const result = equalLists.call(this, left, right);
    return result === undefined ? undefined : !result;
  };
  operators.equival = equivalent;
  operators.unequival = function (left, right) {
    return equivalent.call(this, left, right) !== true;
  };
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

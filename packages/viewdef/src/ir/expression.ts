import type { ElementType } from '../model/element-type.js';

/**
 * The intermediate representation of a FHIRPath expression, which every tier but fhirpath.js runs.
 *
 * An expression yields a collection. Items are JSON values as they stand in the resource: an array stands for
 * its items, so the data decides how many there are. A primitive element without a value is an item, null. Dates and
 * times stay text; `type` says what is known of the items. `this` is the item that the innermost `where`, `select` or
 * `all` looks at, else the focus of the select.
 */
export type Expression = { readonly type: ElementType } & (Source | Navigation | Condition | Calculation);

type Source =
  | { readonly kind: 'this' }
  | { readonly kind: 'resource' }
  | { readonly kind: 'rowIndex' }
  | { readonly kind: 'none' }
  /** A number keeps the digits it was written with. */
  | { readonly kind: 'literal'; readonly form: 'text' | 'number' | 'boolean'; readonly text: string };

/** A property of JSON that holds an element. */
export interface ElementKey {
  readonly name: string;
  /**
   * `_name`, where a primitive has its id and its extensions: an element may have these and no value. Undefined when the
   * element is known to be no primitive: then `_name` and null in an array are nothing.
   *
   * @see https://hl7.org/fhir/R4/json.html#primitive
   */
  readonly companion: string | undefined;
}

type Navigation =
  /** The element under `keys[0]` of each item, or under the first of several keys that is present (choice elements). */
  | { readonly kind: 'field'; readonly input: Expression; readonly keys: readonly ElementKey[] }
  | { readonly kind: 'where'; readonly input: Expression; readonly criteria: Expression }
  | { readonly kind: 'select'; readonly input: Expression; readonly projection: Expression }
  /** `first()` is index 0. */
  | { readonly kind: 'at'; readonly input: Expression; readonly index: number }
  | { readonly kind: 'skip'; readonly input: Expression; readonly count: number }
  | { readonly kind: 'last'; readonly input: Expression }
  | { readonly kind: 'ofResourceType'; readonly input: Expression; readonly resource: string }
  | { readonly kind: 'resourceKey'; readonly input: Expression }
  /** Ids of the resources that References point to; only those of type `target` if that is given. */
  | { readonly kind: 'referenceKey'; readonly input: Expression; readonly target: string | undefined };

type Condition =
  | { readonly kind: 'exists'; readonly input: Expression }
  | { readonly kind: 'all'; readonly input: Expression; readonly criteria: Expression }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      readonly kind: 'logic';
      readonly operator: 'and' | 'or' | 'xor' | 'implies';
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'equal';
      readonly negated: boolean;
      readonly as: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'order';
      readonly operator: '<' | '<=' | '>' | '>=';
      readonly as: Exclude<Comparison, 'boolean'>;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** The order of values whose types have none among each other: empty when one side is empty, else a fault. */
  | {
      readonly kind: 'unordered';
      readonly expected: 'moment' | 'time';
      readonly left: Expression;
      readonly right: Expression;
    };

type Calculation =
  | { readonly kind: 'count'; readonly input: Expression }
  | {
      readonly kind: 'arithmetic';
      readonly operator: Arithmetic;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'negate'; readonly operand: Expression }
  /** `+` yields nothing when one side is empty, `&` takes that side as the empty text. */
  | {
      readonly kind: 'concatenate';
      readonly emptyAsText: boolean;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'join'; readonly input: Expression; readonly separator: Expression | undefined }
  | {
      readonly kind: 'text';
      readonly operation: TextOperation;
      readonly input: Expression;
      readonly args: readonly Expression[];
    }
  | { readonly kind: 'conversion'; readonly to: Conversion; readonly input: Expression }
  | {
      readonly kind: 'boundary';
      readonly side: 'low' | 'high';
      readonly of: 'decimal' | 'integer' | 'date' | 'dateTime' | 'time';
      readonly input: Expression;
      readonly precision: number | undefined;
    }
  /** A date or time and a duration. */
  | {
      readonly kind: 'shift';
      readonly of: 'moment' | 'time';
      readonly input: Expression;
      readonly duration: Duration;
    }
  | {
      readonly kind: 'conditional';
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression | undefined;
    };

/** Moments (date, dateTime, instant) and times may be partial; numbers compare as decimals. */
export type Comparison = 'text' | 'number' | 'boolean' | 'moment' | 'time';

/** An amount of a unit of time: a whole number, of which some digits are the fraction. */
export interface Duration {
  /** Milliseconds are seconds with a fraction. */
  readonly unit: 'year' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second';
  readonly digits: bigint;
  /** 0 but for seconds: of units above them only whole ones count. */
  readonly places: number;
}

export type Arithmetic = '+' | '-' | '*' | '/' | 'div' | 'mod';

/** `nothing` is `toInteger()` of a value that is never an integer; several values are a fault there too. */
export type Conversion = 'string' | 'integer' | 'nothing';

export type TextOperation =
  | 'upper'
  | 'lower'
  | 'trim'
  | 'length'
  | 'startsWith'
  | 'endsWith'
  | 'contains'
  | 'indexOf'
  | 'substring'
  | 'replace';

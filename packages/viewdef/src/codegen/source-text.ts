import { NumberText } from '../cell.js';

/**
 * Text of generated JavaScript. All text of a view enters it through `quote` or `propertyOf`, so it can only
 * be a literal or the name of a property.
 */
export type SourceText = string;

export function quote(text: string | undefined): SourceText {
  return text === undefined ? 'undefined' : JSON.stringify(text);
}

/** Whether a value stands for nothing: neither an item, which is undefined, nor the value of one, which is null. */
export function isEmpty(value: SourceText): SourceText {
  return `(${value} === undefined || ${value} === null)`;
}

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Members that a JSON object, or a scalar that stands where an object should be, has without being data. */
const inherited: ReadonlySet<string> = new Set(
  [
    Object.prototype,
    String.prototype,
    Number.prototype,
    Boolean.prototype,
    Array.prototype,
    new NumberText(''),
  ].flatMap((owner) => Object.getOwnPropertyNames(owner)),
);

/**
 * Reads a property that the data may have. `isTree` says that the FHIR model knows the value to be an object; it may still
 * be null, where a walk meets a primitive that only fhirpath.js has found.
 */
export function propertyOf(value: SourceText, key: string, isTree: boolean): SourceText {
  if (isTree && identifier.test(key) && !inherited.has(key)) return `${value}?.${key}`;
  return `rt.ownProperty(${value}, ${quote(key)})`;
}

/** The parts of one generated module, apart from its main function. */
export interface Module {
  /** Numbers for names that must not clash. */
  next: number;
  /** Declarations beside the main function. */
  readonly declarations: SourceText[];
  /** Values that generated code refers to by position. */
  readonly values: unknown[];
}

export function createModule(): Module {
  return { next: 0, declarations: [], values: [] };
}

/** A name that nothing else in the module has. */
export function freshName(module: Module, prefix: string): SourceText {
  return `${prefix}${String(module.next++)}`;
}

/** Refers to a value that has no literal, such as a number of 20 digits. */
export function valueReference(module: Module, value: unknown): SourceText {
  module.values.push(value);
  return `values[${String(module.values.length - 1)}]`;
}

/**
 * A FHIRPath expression as written, free of the parser's own tree shape.
 * A member or call without `input` applies to `$this`.
 */
export type Syntax =
  | { readonly kind: 'this' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'member'; readonly input: Syntax | undefined; readonly name: string }
  | {
      readonly kind: 'call';
      readonly input: Syntax | undefined;
      readonly name: string;
      readonly args: readonly Syntax[];
    }
  | { readonly kind: 'indexer'; readonly input: Syntax; readonly index: Syntax }
  | { readonly kind: 'literal'; readonly code: LiteralCode; readonly text: string }
  /** `unit` as it is written: a calendar word, or a UCUM code in quotes. */
  | { readonly kind: 'quantity'; readonly value: string; readonly unit: string }
  | { readonly kind: 'constant'; readonly name: string }
  | {
      readonly kind: 'operator';
      readonly operator: string;
      readonly left: Syntax;
      readonly right: Syntax;
    }
  | { readonly kind: 'sign'; readonly sign: '+' | '-'; readonly operand: Syntax }
  | {
      readonly kind: 'typed';
      readonly operator: 'is' | 'as';
      readonly operand: Syntax;
      readonly typeName: string;
    }
  /** Valid FHIRPath that only fhirpath.js evaluates, such as instance selectors; `parts` are checked all the same. */
  | { readonly kind: 'other'; readonly what: string; readonly parts: readonly Syntax[] };

/**
 * `text` of a string is unescaped; of a number it is as JSON has it, with all its places; of a date or time it is what was
 * written, without `@` and `T`.
 */
export type LiteralCode = 'string' | 'boolean' | 'integer' | 'decimal' | 'date' | 'dateTime' | 'time';

/** `007` is a number of FHIRPath, and none of JSON. */
export function withoutLeadingZeros(text: string): string {
  return text.replace(/^(-?)0+(?=\d)/, '$1');
}

/** The name of a type given as an argument: `Quantity`, `FHIR.Quantity`; undefined for other expressions. */
export function typeNameOf(syntax: Syntax | undefined): string | undefined {
  if (syntax?.kind !== 'member') return undefined;
  if (syntax.input === undefined) return syntax.name;
  const namespace = typeNameOf(syntax.input);
  return namespace === undefined ? undefined : `${namespace}.${syntax.name}`;
}

/** The direct parts of an expression, in the order in which they are written. */
export function partsOf(syntax: Syntax): readonly Syntax[] {
  switch (syntax.kind) {
    case 'this':
    case 'empty':
    case 'literal':
    case 'quantity':
    case 'constant':
      return [];
    case 'member':
      return syntax.input === undefined ? [] : [syntax.input];
    case 'call':
      return syntax.input === undefined ? syntax.args : [syntax.input, ...syntax.args];
    case 'indexer':
      return [syntax.input, syntax.index];
    case 'operator':
      return [syntax.left, syntax.right];
    case 'sign':
    case 'typed':
      return [syntax.operand];
    case 'other':
      return syntax.parts;
    default:
      return syntax satisfies never;
  }
}

/**
 * A number whose text must survive: `1.10`, `1e3` and 20 digits come out as they went in. Only numbers that
 * `JSON.parse` would change are carried this way; all others are plain JavaScript numbers.
 */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type JsonScalar = string | number | boolean | NumberText;
export type JsonValue = JsonScalar | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** One value of a row: null for an empty result, an array for a `collection` column. */
export type Cell = JsonValue;

/** Values in the order of the view's columns. The array is reused for the next row: copy what you keep. */
export type Row = readonly Cell[];

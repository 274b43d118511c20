export type JsonObject = Readonly<Record<string, unknown>>;

/** A number as it is written: JSON.parse would round it, and lose zeros at its end. */
export interface NumberText {
  readonly number: string;
}

const MARK = 'number:';

/**
 * Reads a resource by JSON.parse. Every `value` that is a number comes as marked text; a quote within a string is
 * escaped, so that no string can look like one.
 */
export function parseResource(line: string): JsonObject {
  return object(JSON.parse(line.replaceAll(/"value":(-?\d[\d.eE+-]*)/g, `"value":"${MARK}$1"`)));
}

/** A number that `parseResource` has marked. */
export function number(value: unknown): NumberText | null {
  return typeof value === 'string' && value.startsWith(MARK) ? { number: value.slice(MARK.length) } : null;
}

/** An object, or one without members for everything else. */
export function object(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function lists(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function objects(value: unknown): JsonObject[] {
  return lists(value).map(object);
}

export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

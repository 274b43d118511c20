import { NumberText } from '../cell.js';
import type { JsonValue } from '../cell.js';

/**
 * JSON text of a cell or of a whole resource; a `NumberText` comes out as it went in.
 *
 * Properties keep their order, without white space.
 */
export function toJsonText(value: JsonValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof NumberText) return value.text;
  if (isList(value)) return `[${value.map(toJsonText).join(',')}]`;
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${toJsonText(item)}`);
  return `{${members.join(',')}}`;
}

/** `Array.isArray` does not narrow a readonly array away from the other branch. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

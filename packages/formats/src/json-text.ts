import { NumberText } from '@millrace/viewdef';
import type { JsonValue } from '@millrace/viewdef';

/** JSON text of a value; numbers that carry their text keep it. */
export function jsonText(value: JsonValue): string {
  if (value instanceof NumberText) return value.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member)}`);
  return `{${members.join(',')}}`;
}

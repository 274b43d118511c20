import { NumberText } from '../cell.js';
import type { JsonValue } from '../cell.js';

/** An own property of a JSON object; inherited ones such as `constructor` are not data. */
export function ownProperty(value: JsonValue, key: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || value instanceof NumberText) return undefined;
  if (!Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, JsonValue>>)[key]; // own, as just tested
}

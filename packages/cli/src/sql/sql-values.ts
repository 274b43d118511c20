import { InvalidArgumentError } from 'commander';
import { UsageError } from '../errors.js';
import type { ViewFile } from '../view-file.js';

/** `name=value`, as it was given. */
export type NamedValue = readonly [name: string, value: string];

/** Parser of an option that repeats: values of parameters. */
export function namedValue(text: string, before: readonly NamedValue[] = []): readonly NamedValue[] {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('Expected a name and a value, such as since=2026-01-31.');
  return [...before, [name, value]];
}

/**
 * The values for a Library, as Parameters: each as the type that the Library declares, and only those that it declares.
 *
 * @returns undefined where it has none of them
 */
export function parametersOf(
  { view: library }: ViewFile,
  values: readonly NamedValue[],
): Readonly<Record<string, unknown>> | undefined {
  const types = declaredTypes(library);
  const parameter = values.flatMap(([name, value]) => {
    const type = types.get(name);
    if (type === undefined) return [];
    return [{ name, [`value${type.charAt(0).toUpperCase()}${type.slice(1)}`]: typed(value, type) }];
  });
  return parameter.length === 0 ? undefined : { resourceType: 'Parameters', parameter };
}

/** @throws UsageError for a value that no Library declares */
export function refuseUnknownValues(files: readonly ViewFile[], values: readonly NamedValue[]): void {
  const known = new Set(files.flatMap(({ view }) => [...declaredTypes(view).keys()]));
  const unknown = values.find(([name]) => !known.has(name));
  if (unknown === undefined) return;
  const names = known.size === 0 ? 'there are no parameters' : `expected one of ${[...known].join(', ')}`;
  throw new UsageError(`--param ${unknown[0]} is a parameter of no query: ${names}`);
}

function declaredTypes(library: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const declared: readonly unknown[] = Array.isArray(library['parameter']) ? library['parameter'] : [];
  const types = new Map<string, string>();
  for (const one of declared) {
    if (typeof one !== 'object' || one === null || !('name' in one) || !('type' in one)) continue;
    if (typeof one.name === 'string' && typeof one.type === 'string') types.set(one.name, one.type);
  }
  return types;
}

/** A text that is no number or truth value stays text, so that the server says which type it should have. */
function typed(value: string, type: string): unknown {
  switch (type) {
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : value;
    case 'integer':
      return /^-?\d+$/.test(value) ? Number(value) : value;
    default:
      // The text of a decimal becomes a number with all its digits.
      return value;
  }
}

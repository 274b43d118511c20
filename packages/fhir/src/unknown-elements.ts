import type { ElementFault } from './element-fault.js';
import { isJsonObject } from './json-object.js';
import { didYouMean } from './nearest-name.js';

/** Elements of a Parameters resource beside those whose values an operation reads. */
const OF_RESOURCE = ['parameter', 'resourceType', 'id', 'meta', 'implicitRules', 'language'];
const OF_PARAMETER = ['name', 'resource', 'part', 'id', 'extension', 'modifierExtension'];

/**
 * Elements that FHIR does not know, in a Parameters resource of the right structure: `parameters` for `parameter`. To pass
 * over them is to pass over what the client has asked for.
 */
export function unknownElements(parameters: unknown): readonly ElementFault[] {
  const faults = unknownIn(parameters, 'Parameters', OF_RESOURCE);
  const pending = [...listIn(parameters, 'parameter', 'Parameters')];
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    // Whether the type of a value is right is asked where it is read.
    const isUnread = (name: string): boolean => !name.startsWith('value');
    for (const fault of unknownIn(entry.value, entry.expression, OF_PARAMETER, isUnread)) faults.push(fault);
    for (const part of listIn(entry.value, 'part', entry.expression)) pending.push(part);
  }
  return faults;
}

function unknownIn(
  value: unknown,
  expression: string,
  known: readonly string[],
  isAsked: (name: string) => boolean = () => true,
): ElementFault[] {
  if (!isJsonObject(value)) return [];
  return (
    Object.keys(value)
      .filter((name) => isAsked(name) && !known.includes(name))
      // Extensions of a primitive element, and comments.
      .filter((name) => !name.startsWith('_') && name !== 'fhir_comments')
      .map((name) => ({ expression, diagnostics: unknown(name, known) }))
  );
}

function unknown(name: string, known: readonly string[]): string {
  const nearest = didYouMean(name, known);
  const hint = nearest === '' ? `; expected one of ${expectedOf(known)}` : nearest;
  return `has the unknown element ${JSON.stringify(name.slice(0, 100))}${hint}`;
}

function expectedOf(known: readonly string[]): string {
  return known === OF_PARAMETER ? 'name, value[x], resource, part' : known.join(', ');
}

function listIn(
  value: unknown,
  name: string,
  expression: string,
): readonly { readonly value: unknown; readonly expression: string }[] {
  const list = isJsonObject(value) ? value[name] : undefined;
  if (!Array.isArray(list)) return [];
  return (list as readonly unknown[]).map((one, at) => ({
    value: one,
    expression: `${expression}.${name}[${at}]`,
  }));
}

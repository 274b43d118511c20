import { isJsonObject } from '@millrace/fhir';
import { NumberText } from '../cell.js';
import type { JsonValue } from '../cell.js';
import { isPrimitive, typeOf, unknownType } from '../model/element-type.js';
import type { ElementType } from '../model/element-type.js';
import type { FhirModel } from '../model/fhir-model.js';
import { itemCount } from '../values/companions.js';
import { fhirpathLibrary } from './library.js';

type JsonObject = Readonly<Record<string, JsonValue>>;

/**
 * Whether a value goes to fhirpath.js as it is: no number in it is carried as text, and no element stands there in a form
 * that only `normalForm` has. Walks without recursion, and without a list of members for each object: every resource
 * that fhirpath.js sees is walked.
 */
export function isNormal(value: JsonValue): boolean {
  if (typeof value !== 'object') return true;
  const pending: (object | null)[] = [value];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (item === null || item instanceof NumberText) return false;
    if (Array.isArray(item)) {
      for (const child of item as readonly unknown[]) if (typeof child === 'object') pending.push(child);
      continue;
    }
    for (const key in item) {
      if (key.startsWith('_')) return false;
      const child = (item as Readonly<Record<string, unknown>>)[key];
      if (typeof child === 'object') pending.push(child);
    }
  }
  return true;
}

/** The converted objects of one resource, and their originals. */
export interface Converted {
  readonly forms: Map<object, unknown>;
  readonly originals: Map<object, JsonValue>;
}

/**
 * A value as fhirpath.js takes it: its own decimals in place of number texts, and elements without value in one form, where
 * the library has several that it tells apart. Where there is a companion there is a property for the value, null or with
 * null in an array; the two are arrays of one length or none is. Where FHIR has no primitive, null in an array and
 * companions are no elements, but would be for the library.
 */
export function normalForm(
  value: JsonValue,
  type: ElementType,
  model: FhirModel,
  converted: Converted,
): unknown {
  if (value instanceof NumberText) return fhirpathLibrary().FP_Decimal.getDecimal(value.text);
  if (Array.isArray(value)) {
    const items: readonly JsonValue[] = isTree(type) ? value.filter((item) => item !== null) : value;
    return items.map((item) => normalForm(item, type, model, converted));
  }
  if (!isJsonObject(value)) return value;
  const known = converted.forms.get(value);
  if (known !== undefined) return known;
  const form = Object.fromEntries(membersOf(value as JsonObject, type, model, converted));
  converted.forms.set(value, form);
  converted.originals.set(form, value);
  return form;
}

function membersOf(
  object: JsonObject,
  type: ElementType,
  model: FhirModel,
  converted: Converted,
): readonly (readonly [string, unknown])[] {
  const { resourceType } = object;
  const owner = typeof resourceType === 'string' ? typeOf(resourceType) : type;
  return Object.entries(object).flatMap(([key, item]): readonly (readonly [string, unknown])[] => {
    const isCompanion = key.startsWith('_');
    const name = isCompanion ? key.slice(1) : key;
    const element = elementType(owner, name, model);
    const form = (part: JsonValue, of: ElementType): unknown => normalForm(part, of, model, converted);
    if (isTree(element)) return isCompanion ? [] : [[key, form(item, element)]];
    const { values, companions } = aligned(own(object, name), own(object, `_${name}`));
    if (!isCompanion) return [[key, form(values ?? null, element)]];
    const companion = [key, companionsForm(companions ?? null, model, converted)] as const;
    return values === undefined || own(object, name) !== undefined
      ? [companion]
      : [[name, form(values, element)], companion];
  });
}

const companionType = typeOf('Element');

/** Null stands for a primitive that has nothing but its value. */
function companionsForm(companions: JsonValue, model: FhirModel, converted: Converted): unknown {
  const items: readonly JsonValue[] = Array.isArray(companions) ? companions : [companions];
  const forms = items.map((item) => normalForm(item, companionType, model, converted));
  return Array.isArray(companions) ? forms : forms[0];
}

function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Values and companions of a primitive, side by side. */
function aligned(
  values: JsonValue | undefined,
  companions: JsonValue | undefined,
): { readonly values: JsonValue | undefined; readonly companions: JsonValue | undefined } {
  if (itemCount(undefined, companions) === 0) return { values, companions };
  if (!Array.isArray(values) && !Array.isArray(companions)) return { values: values ?? null, companions };
  const count = itemCount(values, companions);
  return { values: padded(values, count), companions: padded(companions, count) };
}

function padded(value: JsonValue | undefined, count: number): readonly JsonValue[] {
  const items: readonly JsonValue[] = Array.isArray(value) ? value : [value ?? null];
  return Array.from({ length: count }, (_, index) => items[index] ?? null);
}

/**
 * The type of the value under a property of JSON. For a choice element, the name of the property has the
 * type.
 */
function elementType(owner: ElementType, name: string, model: FhirModel): ElementType {
  const type = model.child(owner, name);
  if (type.code !== undefined || type.choices.length > 0) return type;
  for (const { index } of name.matchAll(/[A-Z]/g)) {
    const suffix = name.slice(index);
    if (model.child(owner, name.slice(0, index)).choices.includes(suffix)) return model.choiceType(suffix);
  }
  return unknownType;
}

/** Whether an element is known to be no primitive. */
function isTree(type: ElementType): boolean {
  return type.code !== undefined && !isPrimitive(type);
}

/**
 * The known type of the items of a collection before any data is read.
 *
 * `path` is where the FHIR model describes them: a type (`HumanName`) or an element of its own (`Patient.contact`).
 * `choices` are the type codes of a choice element (`Observation.value`) that no `ofType` has narrowed.
 */
export interface ElementType {
  readonly code: string | undefined;
  readonly path: string | undefined;
  readonly choices: readonly string[];
}

export const unknownType: ElementType = { code: undefined, path: undefined, choices: [] };

/** A type that is named by its code: a data type, a resource type or the type of a literal. */
export function typeOf(code: string): ElementType {
  return { code, path: code, choices: [] };
}

/** How values of a type are compared. `moment` is a date, dateTime or instant, which may be partial. */
export type Domain = 'text' | 'number' | 'boolean' | 'moment' | 'time' | 'other' | 'unknown';

export function domainOf(type: ElementType): Domain {
  if (type.code === undefined) return 'unknown';
  return domains[type.code] ?? 'other';
}

const domains: Readonly<Record<string, Domain | undefined>> = {
  base64Binary: 'text',
  canonical: 'text',
  code: 'text',
  id: 'text',
  markdown: 'text',
  oid: 'text',
  string: 'text',
  uri: 'text',
  url: 'text',
  uuid: 'text',
  xhtml: 'text',
  decimal: 'number',
  integer: 'number',
  positiveInt: 'number',
  unsignedInt: 'number',
  boolean: 'boolean',
  date: 'moment',
  dateTime: 'moment',
  instant: 'moment',
  time: 'time',
};

/** Whether a value of the type is a JSON scalar. False for an unknown type. */
export function isPrimitive(type: ElementType): boolean {
  return type.code !== undefined && (type.code in domains || type.code === 'integer64');
}

/** Whether an item of the type may be a primitive. True for an unknown type. */
export function mayBePrimitive(type: ElementType): boolean {
  return type.code === undefined || isPrimitive(type);
}

import { IN_PARAMETERS, type BULK_PARAMETERS } from './declared.js';
import { referenceTo } from './reference-to.js';

type Operation = keyof typeof IN_PARAMETERS;

/** Name of an in-parameter of Bulk Data of any version. */
export type BulkParameterName = {
  [Version in keyof typeof BULK_PARAMETERS]: keyof (typeof BULK_PARAMETERS)[Version];
}[keyof typeof BULK_PARAMETERS];

/** A parameter of a request. https://hl7.org/fhir/R4/parameters.html */
export interface GivenParameter {
  readonly name: string;
  readonly [value: string]: unknown;
}

/** Values by the type that an operation declares for a parameter. */
interface ValueOf {
  readonly boolean: boolean;
  readonly integer: number;
  readonly string: string;
  readonly code: string;
  readonly canonical: string;
  readonly instant: string;
  /** Its text. */
  readonly Reference: string;
  readonly Resource: Readonly<Record<string, unknown>>;
  readonly parts: readonly GivenParameter[];
}

/** Makes the parameters of requests to an operation, by the names and types that it declares. */
export interface ParameterMaker<Op extends Operation> {
  /** No parameter for an undefined value. */
  readonly one: <Name extends keyof (typeof IN_PARAMETERS)[Op] & string>(
    name: Name,
    value: ValueOf[(typeof IN_PARAMETERS)[Op][Name] & keyof ValueOf] | undefined,
  ) => readonly GivenParameter[];
}

export function parametersFor<Op extends Operation>(operation: Op): ParameterMaker<Op> {
  const types: Readonly<Record<string, string>> = IN_PARAMETERS[operation];
  return {
    one: (path, value) => {
      if (value === undefined) return [];
      const name = path.slice(path.lastIndexOf('.') + 1);
      return [{ name, [elementOf(types[path] ?? '')]: valueElement(types[path], value) }];
    },
  };
}

/**
 * Patients and groups that a person names by id, or by reference.
 *
 * @throws TypeError for a list of none, which would be taken for everybody
 */
export function references<Name extends 'patient' | 'group'>(
  make: (name: Name, value: string) => readonly GivenParameter[],
  name: Name,
  ids: readonly string[] | undefined,
): readonly GivenParameter[] {
  if (ids === undefined) return [];
  refuseNobody(`${name}s`, ids);
  const type = name === 'patient' ? 'Patient' : 'Group';
  return ids.flatMap((id) => make(name, referenceTo(type, id)));
}

/** @throws TypeError for a list of none */
export function refuseNobody(name: string, ids: readonly string[]): void {
  if (!Array.isArray(ids)) throw new TypeError(`${name} is no list: give ids in an array`);
  if (ids.length === 0)
    throw new TypeError(`${name} is an empty list, which would export everybody: leave it out for that`);
}

/** The element of a parameter that has a value of this type. */
export function elementOf(type: string): string {
  if (type === 'Resource') return 'resource';
  if (type === 'parts') return 'part';
  return `value${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

function valueElement(type: string | undefined, value: unknown): unknown {
  return type === 'Reference' ? { reference: value } : value;
}

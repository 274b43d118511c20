import { parseCanonical, type Canonical, type Resource } from '@millrace/fhir';
import type { Fault } from '../errors/fault.js';
import type { SubjectNaming } from '../operations/operation.js';
import type { ReadParameter } from '../parameters/read-parameters.js';
import { outputNameFault } from '../outputs/output-name.js';

/** How a request names an artefact. `expression` is where it does, undefined where that is the URL. */
export type SubjectForm =
  | { readonly kind: 'canonical'; readonly expression: string | undefined; readonly canonical: Canonical }
  | { readonly kind: 'reference'; readonly expression: string | undefined; readonly reference: string }
  | { readonly kind: 'inline'; readonly expression: string | undefined; readonly resource: Resource };

/** One subject as it was asked for. */
export interface AskedSubject {
  /** `subject[1]`; undefined at the instance level. */
  readonly expression: string | undefined;
  /** Supplied output name; undefined when it is absent or faulty. */
  readonly name: string | undefined;
  /** Undefined when it is faulty; then a fault says so. */
  readonly form: SubjectForm | undefined;
  /** The values for the parameters of an SQLQuery. */
  readonly values: BoundValues | undefined;
}

/** A resource that should be a Parameters resource. */
export interface BoundValues {
  readonly expression: string;
  readonly resource: Resource;
}

export interface ReadSubject {
  readonly subject: AskedSubject;
  readonly faults: readonly Fault[];
}

export function readSubject(naming: SubjectNaming, parameter: ReadParameter): ReadSubject {
  const { expression } = parameter;
  const part = (name: string): ReadParameter | undefined => parameter.parts.find((one) => one.name === name);
  const forms = [naming.canonical, naming.reference, naming.resource].flatMap((name) => part(name) ?? []);
  const faults: Fault[] = [];
  if (forms.length !== 1) {
    const found = forms.length === 0 ? 'none of them' : forms.map((form) => form.name).join(' and ');
    faults.push({
      status: 400,
      code: 'invalid',
      diagnostics: `${expression} must have exactly one of ${naming.canonical}, ${naming.reference} and ${naming.resource}, but has ${found}`,
      expression,
    });
  }
  const name = part(naming.name);
  const supplied = name?.value?.type === 'string' ? name.value.value : undefined;
  const complaint = supplied === undefined ? undefined : outputNameFault(supplied);
  if (complaint !== undefined) {
    faults.push({ status: 400, code: 'invalid', diagnostics: complaint, expression: `${expression}.name` });
  }
  const [form] = forms;
  return {
    subject: {
      expression,
      name: complaint === undefined ? supplied : undefined,
      form: form === undefined || forms.length > 1 ? undefined : formOf(form),
      values: naming.values === undefined ? undefined : boundValues(part(naming.values)),
    },
    faults,
  };
}

export function boundValues(parameter: ReadParameter | undefined): BoundValues | undefined {
  if (parameter?.value?.type !== 'Resource') return undefined;
  return { expression: parameter.expression, resource: parameter.value.value };
}

export function formOf({ expression, value }: ReadParameter): SubjectForm | undefined {
  switch (value?.type) {
    case 'canonical': {
      const canonical = parseCanonical(value.value);
      return canonical === undefined ? undefined : { kind: 'canonical', expression, canonical };
    }
    case 'Reference':
      return { kind: 'reference', expression, reference: value.value.reference };
    case 'Resource':
      return { kind: 'inline', expression, resource: value.value };
    default:
      return undefined;
  }
}

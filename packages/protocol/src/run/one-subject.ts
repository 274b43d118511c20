import type { Fault } from '../errors/fault.js';
import type { Level, SubjectRun } from '../operations/operation.js';
import type { ReadParameter } from '../parameters/read-parameters.js';
import { boundValues, formOf } from '../subjects/subject.js';
import type { AskedSubject } from '../subjects/subject.js';

export interface ReadOneSubject {
  /** One, or none where a fault says so. */
  readonly subjects: readonly AskedSubject[];
  readonly faults: readonly Fault[];
}

/** The only subject of an operation, which its parameters name, or the URL. */
export function readOneSubject(
  { code, subject: naming, resourceType }: SubjectRun,
  level: Level,
  id: string | undefined,
  parameters: readonly ReadParameter[],
): ReadOneSubject {
  const values = boundValues(parameters.find(({ name }) => name === naming.values));
  if (level === 'instance') {
    const form = { kind: 'reference', expression: undefined, reference: `${resourceType}/${id}` } as const;
    return { subjects: [{ expression: undefined, name: undefined, form, values }], faults: [] };
  }
  const names = [naming.canonical, naming.reference, naming.resource];
  const given = parameters.filter(({ name }) => names.includes(name));
  const [only, ...others] = given;
  const expected = `${code} needs exactly one of ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  const expression = naming.parameter;
  if (only === undefined) {
    return { subjects: [], faults: [{ status: 400, code: 'required', diagnostics: expected, expression }] };
  }
  if (others.length > 0) {
    const diagnostics = `${expected}, but has ${given.map(({ name }) => name).join(' and ')}`;
    return { subjects: [], faults: [{ status: 400, code: 'invalid', diagnostics, expression }] };
  }
  const form = formOf(only);
  return { subjects: [{ expression: only.expression, name: undefined, form, values }], faults: [] };
}

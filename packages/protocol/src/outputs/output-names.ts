import type { Fault } from '../errors/fault.js';
import { quote } from '../errors/errors.js';
import { fileKey, outputNameFault } from './output-name.js';

/** The facts about a subject that name its output. */
export interface Nameable {
  /** `subject[1]`; undefined at the instance level. */
  readonly expression: string | undefined;
  readonly supplied: string | undefined;
  /** The artefact's own `name`. */
  readonly own: string | undefined;
}

/**
 * Names the outputs: the supplied name, else the artefact's own, else a generated one. Names must differ, also
 * as file names; the specification asks for 400 with the whole parameter as expression where they do not.
 * https://hl7.org/fhir/uv/sql-on-fhir/OperationDefinition-SQLExport.html
 *
 * @param parameter name of the subject parameter
 */
export function nameOutputs(
  subjects: readonly Nameable[],
  parameter: string,
): { readonly names: readonly string[]; readonly faults: readonly Fault[] } {
  const chosen = subjects.map(({ supplied, own }) => supplied ?? (isUsable(own) ? own : undefined));
  const taken = new Map<string, { name: string; expression: string | undefined }>();
  const faults: Fault[] = [];
  chosen.forEach((name, index) => {
    if (name === undefined) return;
    const key = fileKey(name);
    const first = taken.get(key);
    const expression = subjects[index]?.expression;
    if (first === undefined) taken.set(key, { name, expression });
    else faults.push(collision(first, { name, expression }, parameter));
  });
  const names = chosen.map((name, index) => name ?? generate(index, taken));
  return { names, faults };
}

function isUsable(own: string | undefined): own is string {
  return own !== undefined && outputNameFault(own) === undefined;
}

function generate(index: number, taken: Map<string, unknown>): string {
  for (let n = index + 1; ; n += 1) {
    const name = `output_${n}`;
    if (taken.has(name)) continue;
    taken.set(name, undefined);
    return name;
  }
}

function collision(
  first: { name: string; expression: string | undefined },
  second: { name: string; expression: string | undefined },
  parameter: string,
): Fault {
  const both =
    first.name === second.name
      ? `both give the output ${quote(first.name)}`
      : `give the outputs ${quote(first.name)} and ${quote(second.name)}, which are one file on some file systems`;
  return {
    status: 400,
    code: 'invalid',
    diagnostics: `${first.expression} and ${second.expression} ${both}; supply different names`,
    expression: parameter,
  };
}

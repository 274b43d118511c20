import { didYouMean, readValue, type Parameter, type TypedValue } from '@millrace/fhir';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import type { ParameterDeclaration, RefusedParameter } from '../operations/operation.js';

/** A parameter as its declaration says it is. */
export interface ReadParameter {
  readonly name: string;
  /** `_format`, `subject[1]`, `subject[1].name` */
  readonly expression: string;
  /** Undefined for `parts`, and where the value is faulty: then a fault says so. */
  readonly value: TypedValue | undefined;
  readonly parts: readonly ReadParameter[];
}

export interface ReadParameters {
  readonly parameters: readonly ReadParameter[];
  readonly faults: readonly Fault[];
}

/**
 * Reads parameters by their declarations: types, cardinality, unknown and refused names. Minimum cardinality
 * is left to the caller, which knows at what level the operation was invoked.
 *
 * @param within expression of the parameter whose parts these are; undefined at the top
 */
export function readParameters(
  given: readonly Parameter[],
  declared: readonly ParameterDeclaration[],
  refused: readonly RefusedParameter[],
  within?: string,
): ReadParameters {
  const parameters: ReadParameter[] = [];
  const faults: Fault[] = [];
  const seen = new Map<string, number>();
  const at = (expression: string): string => (within === undefined ? expression : `${within}.${expression}`);

  for (const [position, parameter] of given.entries()) {
    const { name } = parameter;
    const index = seen.get(name) ?? 0;
    seen.set(name, index + 1);
    const declaration = declared.find((candidate) => candidate.name === name);
    if (declaration === undefined) {
      if (index > 0) continue;
      const named = at(
        expressionOfName(name) ?? `${within === undefined ? 'parameter' : 'part'}[${position}]`,
      );
      faults.push(undeclared(name, named, declared, refused));
    } else if (declaration.max === '1' && index > 0) {
      if (index === 1) faults.push(repeated(name, at(name)));
    } else {
      const expression = at(declaration.max === '*' ? `${name}[${index}]` : name);
      const read = readOne(parameter, declaration, refused, expression);
      for (const one of read.parameters) parameters.push(one);
      for (const fault of read.faults) faults.push(fault);
    }
  }
  return { parameters, faults };
}

function readOne(
  parameter: Parameter,
  declaration: ParameterDeclaration,
  refused: readonly RefusedParameter[],
  expression: string,
): ReadParameters {
  const { name } = declaration;
  if (declaration.type === 'parts') {
    const value = Object.keys(parameter).find((key) => key.startsWith('value') || key === 'resource');
    if (value !== undefined) {
      return {
        parameters: [{ name, expression, value: undefined, parts: [] }],
        faults: [invalid(`${expression} has ${value}; expected parts`, expression)],
      };
    }
    const read = readParameters(
      parameter.part ?? [],
      declaration.part ?? [],
      partsOf(refused, name),
      expression,
    );
    return {
      parameters: [{ name, expression, value: undefined, parts: read.parameters }],
      faults: read.faults,
    };
  }
  const read = readValue(parameter, declaration.type);
  return read.kind === 'value'
    ? { parameters: [{ name, expression, value: read.value, parts: [] }], faults: [] }
    : {
        parameters: [{ name, expression, value: undefined, parts: [] }],
        faults: [invalid(`${expression} ${read.diagnostics}`, expression)],
      };
}

/** Refused parts are declared as `subject.parameters`. */
function partsOf(refused: readonly RefusedParameter[], name: string): readonly RefusedParameter[] {
  const prefix = `${name}.`;
  return refused
    .filter((candidate) => candidate.name.startsWith(prefix))
    .map((candidate) => ({ ...candidate, name: candidate.name.slice(prefix.length) }));
}

function undeclared(
  name: string,
  expression: string,
  declared: readonly ParameterDeclaration[],
  refused: readonly RefusedParameter[],
): Fault {
  const known = refused.find((candidate) => candidate.name === name);
  return known === undefined
    ? {
        status: 400,
        code: 'not-supported',
        diagnostics: `${quote(name)} is not a parameter here${hintFor(name, declared)}`,
        expression,
      }
    : { status: 400, code: known.code, diagnostics: `${name}: ${known.why}`, expression };
}

/** Where a parameter has a part of this name, or the nearest names, or all that there are. */
function hintFor(name: string, declared: readonly ParameterDeclaration[]): string {
  const parents = declared.filter(({ part = [] }) => part.some((one) => one.name === name));
  if (parents.length > 0) return `; it is a part of ${parents.map((parent) => parent.name).join(' and ')}`;
  const names = declared.map((one) => one.name);
  const nearest = didYouMean(name, names);
  return nearest === '' ? `; expected one of ${names.join(', ')}` : nearest;
}

function repeated(name: string, expression: string): Fault {
  return invalid(`${name} is given more than once; expected one value`, expression);
}

function invalid(diagnostics: string, expression: string): Fault {
  return { status: 400, code: 'invalid', diagnostics, expression };
}

/** A parameter name as an expression, or undefined where it is not a plain one. */
export function expressionOfName(name: string): string | undefined {
  return /^[\w$-]{1,64}$/.test(name) ? name : undefined;
}

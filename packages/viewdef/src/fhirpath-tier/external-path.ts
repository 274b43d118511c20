import { createReferenceKey } from '@millrace/fhir';
import type { OwnBases, ReferenceKey } from '@millrace/fhir';
import type { Model, ResourceNode } from 'fhirpath';
import type { JsonValue } from '../cell.js';
import type { ExternalItem, ExternalPath } from '../codegen/evaluator.js';
import type { Constants, Literal } from '../definition/constants.js';
import type { PathPlan } from '../ir/view-plan.js';
import { PathFault } from '../values/faults.js';
import { fhirpathLibrary } from './library.js';
import { userFunctions } from './user-functions.js';
import { fromFhirpath, holdsNumberText, toFhirpath } from './values.js';

type Compiled = (data: unknown, environment: Record<string, unknown>) => readonly unknown[];

/**
 * Makes evaluators that hand whole paths to fhirpath.js.
 *
 * @param onPath is told which path is evaluated, and -1 when that is over
 */
export function createExternalPaths(
  model: Model,
  constants: Constants,
  bases: OwnBases,
  onPath: (number: number) => void = () => undefined,
): (path: PathPlan, number: number) => ExternalPath {
  let environment: Record<string, unknown> | undefined;
  const converter = createConverter();
  const keyOf = createReferenceKey(bases);
  return (path, at) => {
    environment ??= environmentOf(constants);
    const evaluate = externalPath(path, at, model, environment, converter, keyOf);
    return (...item) => {
      onPath(at);
      const items = evaluate(...item);
      onPath(-1);
      return items;
    };
  };
}

/** A value of a resource as fhirpath.js takes it. */
type Converter = (value: JsonValue, resource: JsonValue) => unknown;

/** Looks through each resource once, not once for each path: number texts are rare. */
function createConverter(): Converter {
  let last: JsonValue | undefined;
  let needsConversion = false;
  return (value, resource) => {
    if (resource !== last) {
      needsConversion = holdsNumberText(resource);
      last = resource;
    }
    return needsConversion ? toFhirpath(value) : value;
  };
}

function externalPath(
  path: PathPlan,
  at: number,
  model: Model,
  environment: Record<string, unknown>,
  convert: Converter,
  keyOf: ReferenceKey,
): ExternalPath {
  const compiled = new Map<string | undefined, Compiled>();
  const usesRow = path.text.includes('%');
  return (self, focusPath, rowIndex, resource) => {
    const base = self === resource ? undefined : focusPath;
    let evaluate = compiled.get(base);
    if (evaluate === undefined) {
      evaluate = compile(path.text, base, model, at, keyOf);
      compiled.set(base, evaluate);
    }
    if (usesRow) {
      environment['rowIndex'] = rowIndex;
      environment['resource'] = environment['rootResource'] = convert(resource, resource);
    }
    try {
      return evaluate(convert(self, resource), environment).flatMap(itemOf);
    } catch (error) {
      if (error instanceof PathFault) throw error;
      throw new PathFault(at, reasonOf(error));
    }
  };
}

function compile(
  text: string,
  base: string | undefined,
  model: Model,
  at: number,
  keyOf: ReferenceKey,
): Compiled {
  const expression = base === undefined ? text : { base, expression: text };
  return fhirpathLibrary().compile(expression, model, {
    async: false,
    preciseMath: true,
    resolveInternalTypes: false,
    userInvocationTable: userFunctions(at, keyOf),
  });
}

function itemOf(item: unknown): readonly ExternalItem[] {
  const isNode = isResourceNode(item);
  const data: unknown = isNode ? item.data : item;
  // An element of type integer64 is a string in JSON.
  const value = isNode && typeof data === 'bigint' ? String(data) : fromFhirpath(data);
  return value === undefined ? [] : [{ value, path: (isNode ? item.path : undefined) ?? undefined }];
}

/** Elements come wrapped, calculated values do not. */
function isResourceNode(item: unknown): item is ResourceNode {
  return typeof item === 'object' && item !== null && 'fhirNodeDataType' in item && 'data' in item;
}

function environmentOf(constants: Constants): Record<string, unknown> {
  const environment: Record<string, unknown> = {};
  for (const [name, literal] of constants) environment[name] = constantValue(literal);
  return environment;
}

/** fhirpath.js makes its own dates and times of literals only. */
function constantValue(literal: Literal): unknown {
  const { FP_Decimal: Decimal, evaluate } = fhirpathLibrary();
  switch (literal.code) {
    case 'string':
      return literal.text;
    case 'boolean':
      return literal.text === 'true';
    case 'integer':
    case 'decimal':
      return Decimal.getDecimal(literal.text);
    case 'date':
      return evaluate({}, `@${literal.text}`, undefined, undefined, { resolveInternalTypes: false });
    case 'dateTime': {
      const text = literal.text.includes('T') ? literal.text : `${literal.text}T`;
      return evaluate({}, `@${text}`, undefined, undefined, { resolveInternalTypes: false });
    }
    case 'time':
      return evaluate({}, `@T${literal.text}`, undefined, undefined, { resolveInternalTypes: false });
    default:
      return literal.code satisfies never;
  }
}

/** What fhirpath.js says holds the values it could not use, and those may be about a person. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/only one element|[Ss]ingleton|Unexpected collection/.test(message)) {
    return 'yields several values where one is expected';
  }
  if (/[Tt]ype|[Ee]xpected|[Cc]annot|comparison/.test(message))
    return 'combines values whose types do not fit';
  return 'cannot be evaluated';
}

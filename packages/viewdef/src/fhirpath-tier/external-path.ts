import { createReferenceKey } from '@millrace/fhir';
import type { OwnBases, ReferenceKey } from '@millrace/fhir';
import type { Model } from 'fhirpath';
import type { ExternalPath } from '../codegen/evaluator.js';
import type { Constants, Literal } from '../definition/constants.js';
import type { PathPlan } from '../ir/view-plan.js';
import type { FhirModel } from '../model/fhir-model.js';
import { PathFault } from '../values/faults.js';
import { createExchange } from './exchange.js';
import type { Exchange } from './exchange.js';
import { fhirpathLibrary, libraryOptions } from './library.js';
import { userFunctions } from './user-functions.js';

type Compiled = (data: unknown, environment: Record<string, unknown>) => readonly unknown[];

/**
 * Makes evaluators that hand whole paths to fhirpath.js.
 *
 * @param onPath is told which path is evaluated, and -1 when that is over
 */
export function createExternalPaths(
  model: FhirModel,
  constants: Constants,
  bases: OwnBases,
  onPath: (number: number) => void = () => undefined,
): (path: PathPlan, number: number) => ExternalPath {
  let environment: Record<string, unknown> | undefined;
  const exchange = createExchange(model);
  const keyOf = createReferenceKey(bases);
  return (path, at) => {
    environment ??= environmentOf(constants);
    const evaluate = externalPath(path, at, model, environment, exchange, keyOf);
    return (...item) => {
      onPath(at);
      const items = evaluate(...item);
      onPath(-1);
      return items;
    };
  };
}

function externalPath(
  path: PathPlan,
  at: number,
  model: FhirModel,
  environment: Record<string, unknown>,
  exchange: Exchange,
  keyOf: ReferenceKey,
): ExternalPath {
  const compiled = new Map<string | undefined, Compiled>();
  const usesRow = path.text.includes('%');
  return (self, companion, focusPath, rowIndex, resource) => {
    exchange.begin(resource);
    const base = self === resource ? undefined : focusPath;
    let evaluate = compiled.get(base);
    if (evaluate === undefined) {
      evaluate = compile(path.text, base, model.tables, at, keyOf);
      compiled.set(base, evaluate);
    }
    if (usesRow) {
      environment['rowIndex'] = rowIndex;
      environment['resource'] = environment['rootResource'] = exchange.give(resource, undefined, undefined);
    }
    try {
      const items = evaluate(exchange.give(self, companion, base), environment);
      return items.flatMap((item) => exchange.take(item) ?? []);
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
    ...libraryOptions,
    userInvocationTable: userFunctions(at, keyOf),
  });
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

/** The messages of fhirpath.js hold the values that it could not use, and those may be about a person. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/only one element|[Ss]ingleton|Unexpected collection/.test(message)) {
    return 'yields several values where one is expected';
  }
  if (/[Tt]ype|[Ee]xpected|[Cc]annot|comparison/.test(message))
    return 'combines values whose types do not fit';
  return 'cannot be evaluated';
}

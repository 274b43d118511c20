import { didYouMean } from '@millrace/fhir';
import { reservedNames } from '../definition/constants.js';
import type { Constants } from '../definition/constants.js';
import { limits } from '../definition/limits.js';
import type { FhirModel } from '../model/fhir-model.js';
import type { ExpressionFault } from './fault.js';
import { arityOf, functionNames } from './functions.js';
import { reasonForRefusal } from './refused-functions.js';
import { partsOf, typeNameOf } from './syntax.js';
import type { Syntax } from './syntax.js';
import { temporalFault } from './temporal-fault.js';
import { targetFault, typeFault } from './type-fault.js';

/** The names that a parsed expression may refer to. */
export interface Names {
  readonly constants: Constants;
  readonly model: FhirModel;
}

/** Everything that is wrong with an expression and can be told without data, in reading order. */
export function checkExpression(expression: Syntax, names: Names): readonly ExpressionFault[] {
  const faults: ExpressionFault[] = [];
  const visit = (syntax: Syntax, depth: number): void => {
    if (depth > limits.pathDepth) {
      if (depth === limits.pathDepth + 1)
        faults.push({ kind: 'limit', reason: `nests deeper than ${String(limits.pathDepth)} steps` });
      return;
    }
    const fault = faultOf(syntax, names);
    if (fault !== undefined) faults.push(fault);
    for (const part of partsOf(syntax)) visit(part, depth + 1);
  };
  visit(expression, 0);
  return faults;
}

/**
 * Whether an expression always leads away from the item that it is applied to. A `repeat` path that does not
 * would find the same items for ever.
 */
export function descends(syntax: Syntax | undefined, model: FhirModel): boolean {
  switch (syntax?.kind) {
    case 'member':
      if (syntax.input === undefined) return !model.isType(syntax.name);
      return descends(syntax.input, model) || isRelative(syntax.input);
    case 'call':
      if (syntax.name === 'children' || syntax.name === 'descendants') return isRelative(syntax.input);
      if (syntax.name === 'extension') return isRelative(syntax.input);
      if (syntax.name === 'iif' && syntax.input === undefined) {
        return syntax.args.slice(1).every((branch) => descends(branch, model));
      }
      if (syntax.name === 'combine' || syntax.name === 'union') {
        return descends(syntax.input, model) && syntax.args.every((arg) => descends(arg, model));
      }
      return isFilter(syntax.name) && descends(syntax.input, model);
    case 'indexer':
      return descends(syntax.input, model);
    case 'typed':
      return descends(syntax.operand, model);
    case 'operator':
      return syntax.operator === '|' && descends(syntax.left, model) && descends(syntax.right, model);
    default:
      return false;
  }
}

/** Starts from `$this`, not from a constant such as `%resource`. */
function isRelative(syntax: Syntax | undefined): boolean {
  if (syntax === undefined || syntax.kind === 'this') return true;
  if (syntax.kind === 'member') return isRelative(syntax.input);
  if (syntax.kind === 'call') return isFilter(syntax.name) && isRelative(syntax.input);
  return syntax.kind === 'indexer' && isRelative(syntax.input);
}

const filters = new Set([
  'where',
  'ofType',
  'as',
  'first',
  'last',
  'tail',
  'skip',
  'take',
  'single',
  'distinct',
]);

function isFilter(name: string): boolean {
  return filters.has(name);
}

function faultOf(syntax: Syntax, { constants, model }: Names): ExpressionFault | undefined {
  switch (syntax.kind) {
    case 'constant':
      return of('constant', constantFault(syntax.name, constants));
    case 'typed':
      return typeFault(syntax.typeName, model);
    case 'member':
      return of('fhirpath', memberFault(syntax.name));
    case 'call':
      if (namesType(syntax)) return typeFault(typeNameOf(syntax.args[0]), model);
      if (syntax.name === 'getReferenceKey' && syntax.args.length === 1)
        return targetFault(typeNameOf(syntax.args[0]), model);
      return of('fhirpath', callFault(syntax));
    case 'literal':
      return of('moment', literalFault(syntax));
    default:
      return undefined;
  }
}

function of(kind: ExpressionFault['kind'], reason: string | undefined): ExpressionFault | undefined {
  return reason === undefined ? undefined : { kind, reason };
}

function namesType({ name, args }: Extract<Syntax, { kind: 'call' }>): boolean {
  return (name === 'ofType' || name === 'is' || name === 'as') && args.length === 1;
}

/** fhirpath.js would look behind the data, at members that every JavaScript object inherits. */
function memberFault(name: string): string | undefined {
  return name in Object.prototype ? `names the member "${name}", which no FHIR type has` : undefined;
}

function constantFault(name: string, constants: Constants): string | undefined {
  return knowsConstant(name, constants)
    ? undefined
    : `refers to the undefined constant %${name}${didYouMean(name, [...constants.keys(), ...reservedNames])}`;
}

function literalFault({ code, text }: Extract<Syntax, { kind: 'literal' }>): string | undefined {
  if (code !== 'date' && code !== 'dateTime' && code !== 'time') return undefined;
  const fault = temporalFault(code, text);
  return fault === undefined
    ? undefined
    : `has the ${code} @${code === 'time' ? 'T' : ''}${text}, which cannot be: ${fault}`;
}

function knowsConstant(name: string, constants: Constants): boolean {
  return constants.has(name) || reservedNames.has(name) || name === 'ucum';
}

function callFault(call: Extract<Syntax, { kind: 'call' }>): string | undefined {
  const arity = arityOf(call.name);
  if (arity === undefined) return unknownFunction(call.name);
  const [least, most] = arity;
  if (call.args.length < least || call.args.length > most) {
    const expected = least === most ? String(least) : `${String(least)} to ${String(most)}`;
    return `calls ${call.name}() with ${String(call.args.length)} arguments; expected ${expected}`;
  }
  return undefined;
}

function unknownFunction(name: string): string {
  const reason = reasonForRefusal(name);
  if (reason !== undefined) return `calls ${name}(), which a view may not do: ${reason}`;
  const shown = name.slice(0, 100);
  return `calls the function ${shown}(), which is unknown or not supported${didYouMean(shown, functionNames())}`;
}

import type { NumberKeys } from '../json/parse-resource.js';
import { domainOf } from '../model/element-type.js';
import type { ElementType } from '../model/element-type.js';
import type { Expression } from './expression.js';
import type { Level, PathPlan, ViewPlan } from './view-plan.js';

/** The properties whose numbers a view can see: it puts them into a row, compares them or calculates with them. */
export function numberKeysOf(plan: ViewPlan): NumberKeys {
  const expressions: Expression[] = [];
  const visitPath = (path: PathPlan): boolean => {
    if (path.expression === undefined) return false;
    expressions.push(path.expression);
    return true;
  };
  const visitLevel = (level: Level): boolean =>
    level.columns.every((column) => visitPath(column.path) && showsNoTree(column.path.type)) &&
    level.steps.every((step) => {
      switch (step.kind) {
        case 'forEach':
          return visitPath(step.path) && visitLevel(step.level);
        case 'repeat':
          return [...step.start, ...step.next].every(visitPath) && visitLevel(step.level);
        case 'union':
          return step.branches.every(visitLevel);
        default:
          return step satisfies never;
      }
    });
  if (!plan.where.every(visitPath) || !visitLevel(plan.level)) return 'any';
  // A conversion shows the text of a number also where the model has another type. Which fields `$this` comes from is
  // not followed: such a view keeps the numbers of all that it sees.
  const mayBeOfAnyType = expressions.some(converts);
  const keys = new Set<string>();
  for (const expression of expressions) collectNumberFields(expression, mayBeOfAnyType, true, keys);
  return [...keys].sort();
}

function converts(expression: Expression): boolean {
  return expression.kind === 'conversion' || operandsOf(expression).some(converts);
}

/** A column of an object, or of who knows what, may show any number below it. */
function showsNoTree(type: ElementType): boolean {
  const domain = domainOf(type);
  return domain !== 'other' && domain !== 'unknown';
}

function collectNumberFields(
  expression: Expression,
  mayBeOfAnyType: boolean,
  isSeen: boolean,
  keys: Set<string>,
): void {
  if (expression.kind === 'field' && isSeen) {
    const domain = domainOf(expression.type);
    const isShown = mayBeOfAnyType ? domain !== 'other' : domain === 'number' || domain === 'unknown';
    if (isShown) for (const key of expression.keys) keys.add(key.name);
  }
  const showsOperands = !looksPast.has(expression.kind);
  for (const operand of operandsOf(expression))
    collectNumberFields(operand, mayBeOfAnyType, showsOperands, keys);
}

/** Expressions that ask only whether there are items, or for an element below them. */
const looksPast: ReadonlySet<Expression['kind']> = new Set([
  'field',
  'exists',
  'count',
  'resourceKey',
  'referenceKey',
  'unordered',
]);

/** The expressions that an expression is made of. */
function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'this':
    case 'resource':
    case 'rowIndex':
    case 'none':
    case 'literal':
      return [];
    case 'field':
    case 'at':
    case 'skip':
    case 'last':
    case 'ofResourceType':
    case 'resourceKey':
    case 'referenceKey':
    case 'exists':
    case 'count':
    case 'boundary':
    case 'shift':
    case 'conversion':
      return [expression.input];
    case 'where':
    case 'all':
      return [expression.input, expression.criteria];
    case 'select':
      return [expression.input, expression.projection];
    case 'not':
    case 'negate':
      return [expression.operand];
    case 'logic':
    case 'equal':
    case 'order':
    case 'unordered':
    case 'arithmetic':
    case 'concatenate':
      return [expression.left, expression.right];
    case 'join':
      return expression.separator === undefined
        ? [expression.input]
        : [expression.input, expression.separator];
    case 'text':
      return [expression.input, ...expression.args];
    case 'conditional': {
      const { condition, then, otherwise } = expression;
      return otherwise === undefined ? [condition, then] : [condition, then, otherwise];
    }
    default:
      return expression satisfies never;
  }
}

import { mayBePrimitive } from '../model/element-type.js';
import type { Expression } from './expression.js';
import { isMemberOfPrimitives } from './navigation.js';

/**
 * Whether an expression reads the id or the extensions of an element. A primitive has them in its companion.
 */
export function readsCompanion({ keys, input }: Extract<Expression, { kind: 'field' }>): boolean {
  return (
    keys.length === 1 && keys.every(({ name }) => isMemberOfPrimitives(name)) && mayBePrimitive(input.type)
  );
}

/** Whether an expression may yield items that stand in the resource: others are calculated. */
export function mayBeElement(expression: Expression): boolean {
  switch (expression.kind) {
    case 'select':
      return mayBeElement(expression.projection);
    case 'where':
    case 'at':
    case 'skip':
    case 'last':
      return mayBeElement(expression.input);
    case 'conditional':
      return (
        mayBeElement(expression.then) ||
        (expression.otherwise !== undefined && mayBeElement(expression.otherwise))
      );
    default:
      return elementKinds.has(expression.kind);
  }
}

const elementKinds: ReadonlySet<Expression['kind']> = new Set([
  'this',
  'resource',
  'field',
  'ofResourceType',
]);

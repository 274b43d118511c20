import { anyOf, kindOf } from '../model/kinds.js';
import type { Possible } from '../model/kinds.js';
import { partsOf } from '../syntax/syntax.js';
import type { Syntax } from '../syntax/syntax.js';
import { typeCall } from './type-call.js';
import { typeMember } from './type-member.js';
import { narrowTo } from './narrow-to.js';
import { typeOperator } from './type-operator.js';
import { sortsOf } from './sorts.js';
import type { TypingScope } from './typing-scope.js';

/**
 * Types an expression by the FHIR model, as far as the data does not decide. Reports mistakes: unknown
 * elements, types that do not occur, operands that do not fit.
 */
export function typeExpression(syntax: Syntax, scope: TypingScope): Possible {
  switch (syntax.kind) {
    case 'this':
      return scope.self;
    case 'empty':
      return [];
    case 'literal':
      return [kindOf(syntax.code)];
    case 'quantity':
      return [kindOf('Quantity')];
    case 'constant':
      return typeConstant(syntax.name, scope);
    case 'member':
      return typeMember(syntax, scope, typeExpression);
    case 'indexer':
      return typeIndexer(syntax, scope);
    case 'call':
      return typeCall(syntax, scope, typeExpression);
    case 'operator': {
      const left = typeExpression(syntax.left, scope);
      const right = typeExpression(
        syntax.right,
        isComparedWord(syntax) ? { ...scope, isCompared: true } : scope,
      );
      return typeOperator(syntax, left, right, scope.report);
    }
    case 'sign':
      return typeExpression(syntax.operand, scope);
    case 'typed': {
      const input = typeExpression(syntax.operand, scope);
      const narrowed = narrowTo(syntax.typeName, input, scope, syntax.operator);
      return syntax.operator === 'is' ? [kindOf('boolean')] : narrowed;
    }
    case 'other':
      return typeOther(syntax, scope);
    default:
      return syntax satisfies never;
  }
}

/** Of `gender = male`, whose author may have meant `'male'`. */
function isComparedWord({ operator, right }: Extract<Syntax, { kind: 'operator' }>): boolean {
  return /^[!=~<>]/.test(operator) && right.kind === 'member' && right.input === undefined;
}

function typeConstant(name: string, scope: TypingScope): Possible {
  const constant = scope.constants.get(name);
  if (constant !== undefined) return [kindOf(constant.code)];
  switch (name) {
    case 'rowIndex':
      return [kindOf('integer')];
    case 'resource':
    case 'rootResource':
      return scope.resource;
    case 'context':
      return scope.context;
    case 'ucum':
      return [kindOf('string')];
    default:
      return 'any';
  }
}

function typeIndexer({ input, index }: Extract<Syntax, { kind: 'indexer' }>, scope: TypingScope): Possible {
  const [items, position] = [typeExpression(input, scope), typeExpression(index, scope)];
  const sorts = sortsOf(position);
  if (sorts !== undefined && sorts.size > 0 && !sorts.has('number')) {
    scope.report({
      kind: 'type',
      reason: `takes ${[...sorts].join(' or ')} as an index; expected an integer`,
    });
  }
  return items;
}

function typeOther(syntax: Extract<Syntax, { kind: 'other' }>, scope: TypingScope): Possible {
  const parts = partsOf(syntax).map((part) => typeExpression(part, scope));
  switch (syntax.what) {
    case 'IndexInvocation':
      return [kindOf('integer')];
    case 'SortDirectionArgument':
      return anyOf(parts);
    default:
      return 'any';
  }
}

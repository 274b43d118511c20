import type { Expression } from '../ir/expression.js';
import { mayBePrimitive } from '../model/element-type.js';
import { generateField } from './generate-field.js';
import { noCompanion, noElement } from './emit-item.js';
import type { EmitItem } from './emit-item.js';
import { freshName, quote } from './source-text.js';
import type { Module, SourceText } from './source-text.js';

/** Names of generated code at one place of an expression. */
export interface Scope {
  readonly module: Module;
  /** `$this`, and its companion. */
  readonly self: SourceText;
  readonly selfCompanion: SourceText;
  readonly resource: SourceText;
  readonly rowIndex: SourceText;
  /** Number of the path, for faults. */
  readonly at: number;
}

/** Generators of expressions that are not navigation. */
export interface Generators {
  /** Statements, and an expression for the single item or undefined. */
  scalar(expression: Expression, scope: Scope): Scalar;
}

export interface Scalar {
  readonly setup: SourceText;
  readonly value: SourceText;
}

/** Statements that hand each item of a collection to the sink, in order. */
export function generateItems(
  expression: Expression,
  scope: Scope,
  sink: EmitItem,
  generators: Generators,
): SourceText {
  const each = (input: Expression, next: EmitItem): SourceText =>
    generateItems(input, scope, next, generators);
  const { module } = scope;
  switch (expression.kind) {
    case 'this':
      return sink(scope.self, scope.selfCompanion);
    case 'resource':
      return sink(scope.resource, noCompanion);
    case 'none':
      return '';
    case 'field':
      return each(expression.input, (item, companion) =>
        generateField(expression, item, companion, module, sink),
      );
    case 'where':
      return each(expression.input, (item, companion) => {
        const criteria = generators.scalar(expression.criteria, within(scope, item, companion));
        return `${criteria.setup} if (${criteria.value} === true) { ${sink(item, companion)} }`;
      });
    case 'select':
      return each(expression.input, (item, companion) =>
        generateItems(expression.projection, within(scope, item, companion), sink, generators),
      );
    case 'at': {
      const { index } = expression;
      const label = freshName(module, 'L');
      const found = kept(expression, module);
      const take = (item: SourceText, companion: SourceText): SourceText =>
        `${found.keep(item, companion)} break ${label};`;
      if (index === 0)
        return `${found.setup} ${label}: { ${each(expression.input, take)} } ${found.use(sink)}`;
      const count = freshName(module, 'n');
      const items = each(
        expression.input,
        (item, companion) => `if (${count}++ === ${String(index)}) { ${take(item, companion)} }`,
      );
      return `${found.setup} ${label}: { let ${count} = 0; ${items} } ${found.use(sink)}`;
    }
    case 'skip': {
      const count = freshName(module, 'n');
      const rest = each(
        expression.input,
        (item, companion) => `if (${count}++ >= ${String(expression.count)}) { ${sink(item, companion)} }`,
      );
      return `let ${count} = 0; ${rest}`;
    }
    case 'last': {
      const last = kept(expression, module);
      return `${last.setup} ${each(expression.input, last.keep)} ${last.use(sink)}`;
    }
    case 'ofResourceType':
      return each(
        expression.input,
        (item) =>
          `if (${item}?.resourceType === ${quote(expression.resource)}) { ${sink(item, noCompanion)} }`,
      );
    case 'resourceKey':
      return each(expression.input, (item) =>
        ifPresent(`typeof ${item}?.resourceType === "string" ? ${item}.id : undefined`, module, sink),
      );
    case 'referenceKey':
      return each(expression.input, (item) =>
        ifPresent(`referenceKey(${item}?.reference, ${quote(expression.target)})`, module, sink),
      );
    case 'conditional':
      return conditionalItems(expression, scope, sink, generators);
    default: {
      const { setup, value } = generators.scalar(expression, scope);
      return `${setup} ${ifPresent(value, module, sink)}`;
    }
  }
}

/** The scope of an expression that is evaluated for each item. */
export function within(scope: Scope, self: SourceText, selfCompanion: SourceText): Scope {
  return { ...scope, self, selfCompanion };
}

/** One item that outlives the loop that finds it. */
interface Kept {
  readonly setup: SourceText;
  readonly keep: EmitItem;
  use(sink: EmitItem): SourceText;
}

function kept({ type }: Expression, module: Module): Kept {
  const item = freshName(module, 't');
  const ifFound = (code: SourceText): SourceText => `if (${item} !== undefined) { ${code} }`;
  if (!mayBePrimitive(type)) {
    return {
      setup: `let ${item};`,
      keep: (found) => `${item} = ${found};`,
      use: (sink) => ifFound(sink(item, noCompanion)),
    };
  }
  const companion = freshName(module, 'k');
  return {
    setup: `let ${item}, ${companion};`,
    keep: (found, beside) => `${item} = ${found}; ${companion} = ${beside};`,
    use: (sink) => ifFound(sink(item, companion)),
  };
}

/** A calculated item is not an element, and is nothing if it has no value. */
function ifPresent(value: SourceText, module: Module, sink: EmitItem): SourceText {
  const name = freshName(module, 'v');
  return `const ${name} = ${value}; if (${name} !== undefined && ${name} !== null) { ${sink(name, noElement)} }`;
}

function conditionalItems(
  expression: Extract<Expression, { kind: 'conditional' }>,
  scope: Scope,
  sink: EmitItem,
  generators: Generators,
): SourceText {
  const list = freshName(scope.module, 'l');
  const index = freshName(scope.module, 'i');
  const collect = (branch: Expression): SourceText =>
    generateItems(branch, scope, (item, companion) => `${list}.push(${item}, ${companion});`, generators);
  const condition = generators.scalar(expression.condition, scope);
  const otherwise = expression.otherwise === undefined ? '' : collect(expression.otherwise);
  const item = freshName(scope.module, 'e');
  return `const ${list} = []; ${condition.setup}
if (${condition.value} === true) { ${collect(expression.then)} } else { ${otherwise} }
for (let ${index} = 0; ${index} < ${list}.length; ${index} += 2) {
const ${item} = ${list}[${index}]; ${sink(item, `${list}[${index} + 1]`)} }`;
}

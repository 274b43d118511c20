import type { Expression } from '../ir/expression.js';
import type { ElementType } from '../model/element-type.js';
import { freshName, propertyOf, quote, valueReference } from './source-text.js';
import type { Module, Source } from './source-text.js';

/** Names of generated code at one place of an expression. */
export interface Scope {
  readonly module: Module;
  /** `$this`. */
  readonly self: Source;
  readonly resource: Source;
  readonly rowIndex: Source;
  /** Number of the path, for faults. */
  readonly at: number;
}

/** Statements for one item; called once, so that code does not grow with the depth of a path. */
export type Sink = (item: Source) => Source;

/** The way to evaluate what is no navigation. */
export interface Generators {
  /** Statements, and an expression for the single item or undefined. */
  scalar(expression: Expression, scope: Scope): Scalar;
}

export interface Scalar {
  readonly setup: Source;
  readonly value: Source;
}

/** Statements that hand each item of a collection to the sink, in order. */
export function generateItems(
  expression: Expression,
  scope: Scope,
  sink: Sink,
  generators: Generators,
): Source {
  const each = (input: Expression, next: Sink): Source => generateItems(input, scope, next, generators);
  const { module } = scope;
  switch (expression.kind) {
    case 'this':
      return sink(scope.self);
    case 'resource':
      return sink(scope.resource);
    case 'none':
      return '';
    case 'field':
      return each(expression.input, (item) =>
        fieldItems(item, expression.input.type, expression.keys, module, sink),
      );
    case 'where':
      return each(expression.input, (item) => {
        const criteria = generators.scalar(expression.criteria, { ...scope, self: item });
        return `${criteria.setup} if (${criteria.value} === true) { ${sink(item)} }`;
      });
    case 'select':
      return each(expression.input, (item) =>
        generateItems(expression.projection, { ...scope, self: item }, sink, generators),
      );
    case 'at':
      return atIndex(expression.index, (next) => each(expression.input, next), module, sink);
    case 'skip': {
      const count = freshName(module, 'n');
      const rest = each(
        expression.input,
        (item) => `if (${count}++ >= ${String(expression.count)}) { ${sink(item)} }`,
      );
      return `let ${count} = 0; ${rest}`;
    }
    case 'last': {
      const last = freshName(module, 't');
      return `let ${last}; ${each(expression.input, (item) => `${last} = ${item};`)} if (${last} !== undefined) { ${sink(last)} }`;
    }
    case 'ofResourceType':
      return each(
        expression.input,
        (item) => `if (${item}.resourceType === ${quote(expression.resource)}) { ${sink(item)} }`,
      );
    case 'resourceKey':
      return each(expression.input, (item) =>
        ifPresent(`typeof ${item}.resourceType === "string" ? ${item}.id : undefined`, module, sink),
      );
    case 'referenceKey':
      return each(expression.input, (item) =>
        ifPresent(`referenceKey(${item}.reference, ${quote(expression.target)})`, module, sink),
      );
    case 'conditional':
      return conditionalItems(expression, scope, sink, generators);
    default: {
      const { setup, value } = generators.scalar(expression, scope);
      return `${setup} ${ifPresent(value, module, sink)}`;
    }
  }
}

function ifPresent(value: Source, module: Module, sink: Sink): Source {
  const name = freshName(module, 'v');
  return `const ${name} = ${value}; if (${name} !== undefined && ${name} !== null) { ${sink(name)} }`;
}

/** An array stands for its items and null for none, whatever the FHIR model says. */
function fieldItems(
  item: Source,
  type: ElementType,
  keys: readonly string[],
  module: Module,
  sink: Sink,
): Source {
  const found = freshName(module, 'a');
  const isList = freshName(module, 'm');
  const index = freshName(module, 'i');
  const length = freshName(module, 'n');
  const element = freshName(module, 'e');
  return `${readField(item, type, keys, found, module)}
if (${found} !== undefined && ${found} !== null) {
const ${isList} = Array.isArray(${found});
for (let ${index} = 0, ${length} = ${isList} ? ${found}.length : 1; ${index} < ${length}; ${index}++) {
const ${element} = ${isList} ? ${found}[${index}] : ${found};
if (${element} !== null) { ${sink(element)} }
} }`;
}

function readField(
  item: Source,
  type: ElementType,
  keys: readonly string[],
  found: Source,
  module: Module,
): Source {
  const isTree = type.path !== undefined;
  const [first = '', ...others] = keys;
  if (others.length === 0) return `const ${found} = ${propertyOf(item, first, isTree)};`;
  if (others.length > 3) return `const ${found} = rt.firstPresent(${item}, ${valueReference(module, keys)});`;
  const fallbacks = others.map(
    (key) => `if (${found} === undefined) ${found} = ${propertyOf(item, key, isTree)};`,
  );
  return `let ${found} = ${propertyOf(item, first, isTree)}; ${fallbacks.join(' ')}`;
}

function atIndex(index: number, each: (next: Sink) => Source, module: Module, sink: Sink): Source {
  const label = freshName(module, 'L');
  const wanted = freshName(module, 't');
  const count = freshName(module, 'n');
  const items =
    index === 0
      ? each((item) => `${wanted} = ${item}; break ${label};`)
      : `let ${count} = 0; ${each((item) => `if (${count}++ === ${String(index)}) { ${wanted} = ${item}; break ${label}; }`)}`;
  return `let ${wanted}; ${label}: { ${items} } if (${wanted} !== undefined) { ${sink(wanted)} }`;
}

function conditionalItems(
  expression: Extract<Expression, { kind: 'conditional' }>,
  scope: Scope,
  sink: Sink,
  generators: Generators,
): Source {
  const list = freshName(scope.module, 'l');
  const item = freshName(scope.module, 'e');
  const collect = (branch: Expression): Source =>
    generateItems(branch, scope, (found) => `${list}.push(${found});`, generators);
  const condition = generators.scalar(expression.condition, scope);
  const otherwise = expression.otherwise === undefined ? '' : collect(expression.otherwise);
  return `const ${list} = []; ${condition.setup}
if (${condition.value} === true) { ${collect(expression.then)} } else { ${otherwise} }
for (const ${item} of ${list}) { ${sink(item)} }`;
}

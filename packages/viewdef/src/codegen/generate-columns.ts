import type { ColumnPlan, Level } from '../ir/view-plan.js';
import { generatePathItems, numberOf } from './generate-path.js';
import type { LevelScope } from './generate-path.js';
import { generators, isSingle } from './generate-scalar.js';
import { freshName } from './source-text.js';
import type { SourceText } from './source-text.js';

/** V8 does not optimise very long functions: columns beyond this many go into functions of their own. */
const columnsPerFunction = 40;

/** Statements that set the cells of a level's own columns. */
export function generateColumns(columns: readonly ColumnPlan[], scope: LevelScope): SourceText {
  const cells = columns.map((column) => `{ ${generateColumn(column, scope)} }`);
  if (cells.length <= columnsPerFunction) return cells.join('\n');
  const calls: SourceText[] = [];
  const parameters = scope.live.join(', ');
  for (let start = 0; start < cells.length; start += columnsPerFunction) {
    const name = freshName(scope.module, 'columns');
    const body = cells.slice(start, start + columnsPerFunction).join('\n');
    scope.module.declarations.push(`function ${name}(${parameters}) { ${body} }`);
    calls.push(`${name}(${parameters});`);
  }
  return calls.join('\n');
}

/** Cells of the row that `forEachOrNull` yields when there is nothing to iterate over. */
export function columnNulls(level: Level): SourceText {
  const own = level.columns.map(({ index, path }) => {
    const value = path.expression?.kind === 'rowIndex' ? '0' : 'null';
    return `row[${String(index)}] = ${value};`;
  });
  const below = level.steps.map((step) =>
    step.kind === 'union' ? step.branches.slice(0, 1).map(columnNulls).join(' ') : columnNulls(step.level),
  );
  return [...own, ...below].join(' ');
}

function generateColumn(column: ColumnPlan, scope: LevelScope): SourceText {
  const { path, collection } = column;
  const cell = `row[${String(column.index)}]`;
  const at = numberOf(path, scope);
  const { module } = scope;
  if (collection) {
    const list = freshName(module, 'l');
    const items = generatePathItems(path, scope, (item) => `${list}.push(${item});`);
    return `const ${list} = []; ${items} ${cell} = ${list};`;
  }
  const { expression } = path;
  if (expression !== undefined && isSingle(expression)) {
    const { setup, value } = generators.scalar(expression, { ...scope, resource: 'r', at });
    const found = freshName(module, 'v');
    return `${setup} const ${found} = ${value}; ${cell} = ${found} === undefined ? null : ${found};`;
  }
  const value = freshName(module, 'v');
  const items = generatePathItems(
    path,
    scope,
    (item) => `if (${value} !== undefined) rt.tooManyValues(${String(at)}); ${value} = ${item};`,
  );
  return `let ${value}; ${items} ${cell} = ${value} ?? null;`;
}

import type { PathPlan } from '../ir/view-plan.js';
import { generateItems } from './generate-items.js';
import { generators } from './generate-scalar.js';
import { freshName, quote } from './source-text.js';
import type { Module, Source } from './source-text.js';

/** The number of each path of a view: its place among the evaluators of fhirpath.js, and its name in faults. */
export type PathNumbers = ReadonlyMap<PathPlan, number>;

/** Names of generated code at one level of the view. */
export interface LevelScope {
  readonly module: Module;
  readonly paths: PathNumbers;
  /** The focus. */
  readonly self: Source;
  /** Where the FHIR model describes the focus: a literal or a variable. Only fhirpath.js looks at it. */
  readonly selfPath: Source;
  readonly rowIndex: Source;
  /** Variables that code further on may use; a function made of such code takes them as parameters. */
  readonly live: readonly Source[];
}

/** Statements that hand each item of a path, and where the model describes it, to the sink. */
export function generatePathItems(
  path: PathPlan,
  scope: LevelScope,
  sink: (item: Source, itemPath: Source) => Source,
): Source {
  const { module, self, rowIndex } = scope;
  if (path.expression !== undefined) {
    const at = numberOf(path, scope);
    const items = { module, self, rowIndex, resource: 'r', at };
    return generateItems(path.expression, items, (item) => sink(item, quote(path.type.path)), generators);
  }
  const node = freshName(module, 'g');
  const [item, itemPath] = [freshName(module, 'e'), freshName(module, 'p')];
  return `for (const ${node} of ${externalCall(path, scope)}) { const ${item} = ${node}.value, ${itemPath} = ${node}.path; ${sink(item, itemPath)} }`;
}

/** The items of a path that fhirpath.js evaluates, as `{ value, path }`. */
export function externalCall(path: PathPlan, scope: LevelScope): Source {
  return `external[${String(numberOf(path, scope))}](${scope.self}, ${scope.selfPath}, ${scope.rowIndex}, r)`;
}

export function numberOf(path: PathPlan, scope: LevelScope): number {
  const number = scope.paths.get(path);
  if (number === undefined) throw new Error(`the path "${path.text}" is not numbered`);
  return number;
}

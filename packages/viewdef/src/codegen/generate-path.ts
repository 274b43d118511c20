import type { PathPlan } from '../ir/view-plan.js';
import { generateItems } from './generate-items.js';
import { generators } from './generate-scalar.js';
import { freshName, quote } from './source-text.js';
import type { Module, SourceText } from './source-text.js';

/** The number of each path of a view: its place among the evaluators of fhirpath.js, and its name in faults. */
export type PathNumbers = ReadonlyMap<PathPlan, number>;

/** Names of generated code at one level of the view. */
export interface LevelScope {
  readonly module: Module;
  readonly paths: PathNumbers;
  /** The focus, and its companion. */
  readonly self: SourceText;
  readonly selfCompanion: SourceText;
  /** Where the FHIR model describes the focus: a literal or a variable. Only fhirpath.js looks at it. */
  readonly selfPath: SourceText;
  readonly rowIndex: SourceText;
  /** Variables that code further on may use; a function made of such code takes them as parameters. */
  readonly live: readonly SourceText[];
}

/** Statements for one item of a path, with its companion and where the model describes it. */
type PathSink = (item: SourceText, companion: SourceText, itemPath: SourceText) => SourceText;

/** Statements that hand each item of a path to the sink. */
export function generatePathItems(path: PathPlan, scope: LevelScope, sink: PathSink): SourceText {
  const { module, self, selfCompanion, rowIndex } = scope;
  if (path.expression !== undefined) {
    const at = numberOf(path, scope);
    const items = { module, self, selfCompanion, rowIndex, resource: 'r', at };
    return generateItems(
      path.expression,
      items,
      (item, companion) => sink(item, companion, quote(path.type.path)),
      generators,
    );
  }
  const node = freshName(module, 'g');
  const item = freshName(module, 'e');
  return `for (const ${node} of ${externalCall(path, scope)}) { const ${item} = ${node}.value; ${sink(item, `${node}.companion`, `${node}.path`)} }`;
}

/** The items of a path that fhirpath.js evaluates, as `{ value, companion, path }`. */
function externalCall(path: PathPlan, scope: LevelScope): SourceText {
  const { self, selfCompanion, selfPath, rowIndex } = scope;
  return `external[${String(numberOf(path, scope))}](${[self, selfCompanion, selfPath, rowIndex, 'r'].join(', ')})`;
}

export function numberOf(path: PathPlan, scope: LevelScope): number {
  const number = scope.paths.get(path);
  if (number === undefined) throw new Error(`the path "${path.text}" is not numbered`);
  return number;
}

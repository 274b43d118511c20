import type { OutsidePath } from '../compiled-view.js';
import type { ElementPath } from '../definition/read-definition.js';
import type { Level, PathPlan, Step, ViewPlan } from './view-plan.js';

/** All paths of a view, conditions first, then level by level. A column of a union comes once for each branch. */
function pathsOf(plan: ViewPlan): readonly PathPlan[] {
  return [...plan.where, ...pathsOfLevel(plan.level)];
}

function pathsOfLevel({ columns, steps }: Level): readonly PathPlan[] {
  return [...columns.map(({ path }) => path), ...steps.flatMap(pathsOfStep)];
}

function pathsOfStep(step: Step): readonly PathPlan[] {
  switch (step.kind) {
    case 'forEach':
      return [step.path, ...pathsOfLevel(step.level)];
    case 'repeat':
      return [...step.start, ...step.next, ...pathsOfLevel(step.level)];
    case 'union':
      return step.branches.flatMap(pathsOfLevel);
    default:
      return step satisfies never;
  }
}

/** The paths that the IR does not cover, each once; those of `repeat` are planned twice. */
export function outsidePathsOf(plan: ViewPlan): readonly OutsidePath[] {
  const found = new Map<ElementPath, OutsidePath>();
  for (const { element, text, outside } of pathsOf(plan)) {
    if (outside !== undefined) found.set(element, { element, path: text, uses: outside });
  }
  return [...found.values()];
}

/** The same plan with every path left to fhirpath.js. */
export function withoutExpressions(plan: ViewPlan): ViewPlan {
  return { ...plan, where: plan.where.map(uncovered), level: uncoveredLevel(plan.level) };
}

/** `%rowIndex` alone is the engine's own counter. */
function uncovered(path: PathPlan): PathPlan {
  if (path.expression?.kind === 'rowIndex') return path;
  return { ...path, expression: undefined };
}

function uncoveredLevel(level: Level): Level {
  return {
    columns: level.columns.map((column) => ({ ...column, path: uncovered(column.path) })),
    steps: level.steps.map(uncoveredStep),
  };
}

function uncoveredStep(step: Step): Step {
  switch (step.kind) {
    case 'forEach':
      return { ...step, path: uncovered(step.path), level: uncoveredLevel(step.level) };
    case 'repeat': {
      const { start, next, level } = step;
      return {
        ...step,
        start: start.map(uncovered),
        next: next.map(uncovered),
        level: uncoveredLevel(level),
      };
    }
    case 'union':
      return { ...step, branches: step.branches.map(uncoveredLevel) };
    default:
      return step satisfies never;
  }
}

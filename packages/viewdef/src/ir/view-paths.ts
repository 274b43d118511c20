import type { ColumnPlan, Level, PathPlan, Step, ViewPlan } from './view-plan.js';

/** All columns of a level and of what lies below it. A column of a union comes once for each branch. */
export function columnPathsOf(level: Level): readonly ColumnPlan[] {
  const below = level.steps.flatMap((step) =>
    step.kind === 'union' ? step.branches.flatMap(columnPathsOf) : columnPathsOf(step.level),
  );
  return [...level.columns, ...below];
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

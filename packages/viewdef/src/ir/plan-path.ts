import type { ElementPath } from '../definition/read-definition.js';
import type { ViewIssue } from '../errors.js';
import { unknownType } from '../model/element-type.js';
import type { ElementType } from '../model/element-type.js';
import { descends } from '../syntax/check-expression.js';
import type { Syntax } from '../syntax/syntax.js';
import { lowerPath } from './lower-expression.js';
import { readPath } from './read-path.js';
import type { ReadPath } from './read-path.js';
import type { Scope } from './scope.js';
import type { PathPlan } from './view-plan.js';

/** State that all paths of one view share, with the collection of their faults. */
export interface PathContext extends Pick<Scope, 'constants' | 'model' | 'resource'> {
  readonly issues: ViewIssue[];
  /** Paths that were read, by their text: parsing is most of the cost of compiling. */
  readonly paths: Map<string, ReadPath>;
}

/** Parses, checks and lowers the path of one element; a faulty path is reported and yields nothing. */
export function planPath(text: string, at: ElementPath, focus: ElementType, context: PathContext): PathPlan {
  const syntax = syntaxOf(text, at, context);
  return syntax === undefined ? unplanned(text, at, focus) : plan(text, at, syntax, focus, context);
}

/** As `planPath`, for a path of `repeat`: it must lead away from the item it starts from. */
export function planRepeatPath(
  text: string,
  at: ElementPath,
  focus: ElementType,
  context: PathContext,
): PathPlan {
  const syntax = syntaxOf(text, at, context);
  if (syntax === undefined) return unplanned(text, at, focus);
  if (!descends(syntax, context.model)) {
    const diagnostics = `repeats "${text}", which can yield the item it starts from; expected a path to child elements`;
    context.issues.push({ kind: 'iteration', expression: at, diagnostics });
  }
  return plan(text, at, syntax, focus, context);
}

function plan(
  text: string,
  element: ElementPath,
  syntax: Syntax,
  focus: ElementType,
  context: PathContext,
): PathPlan {
  const { expression, outside } = lowerPath(syntax, { ...context, self: focus, isTop: true });
  return { text, element, expression, outside, type: expression?.type ?? unknownType, focus };
}

/** In place of a faulty path. */
function unplanned(text: string, element: ElementPath, focus: ElementType): PathPlan {
  return { text, element, expression: undefined, outside: undefined, type: unknownType, focus };
}

function syntaxOf(text: string, at: ElementPath, context: PathContext): Syntax | undefined {
  const read = context.paths.get(text) ?? readPath(text, context);
  context.paths.set(text, read);
  for (const { kind, diagnostics } of read.faults) context.issues.push({ kind, expression: at, diagnostics });
  return read.syntax;
}

import type { ElementPath } from '../definition/read-definition.js';
import { limits } from '../definition/limits.js';
import type { ViewIssue } from '../errors.js';
import { unknownType } from '../model/element-type.js';
import type { ElementType } from '../model/element-type.js';
import { checkExpression, descends } from '../syntax/check-expression.js';
import { parseFhirpath } from '../syntax/parse-fhirpath.js';
import type { Syntax } from '../syntax/syntax.js';
import { lowerPath } from './lower-expression.js';
import type { Scope } from './scope.js';
import type { PathPlan } from './view-plan.js';

/** What all paths of one view share, and where their faults are collected. */
export interface PathContext extends Pick<Scope, 'constants' | 'model' | 'resource'> {
  readonly issues: ViewIssue[];
}

/** Parses, checks and lowers the path of one element; a faulty path is reported and yields nothing. */
export function planPath(text: string, at: ElementPath, focus: ElementType, context: PathContext): PathPlan {
  const syntax = readPath(text, at, context);
  return syntax === undefined ? unplanned(text, at, focus) : plan(text, at, syntax, focus, context);
}

/** As `planPath`, for a path of `repeat`: it must lead away from the item it starts from. */
export function planRepeatPath(
  text: string,
  at: ElementPath,
  focus: ElementType,
  context: PathContext,
): PathPlan {
  const syntax = readPath(text, at, context);
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

function readPath(text: string, at: ElementPath, context: PathContext): Syntax | undefined {
  const report = (kind: ViewIssue['kind'], diagnostics: string): undefined => {
    context.issues.push({ kind, expression: at, diagnostics });
  };
  const brackets = text.replace(/[^([{]/g, '').length;
  if (brackets > limits.bracketsPerPath) {
    return report(
      'limit',
      `has ${String(brackets)} brackets; at most ${String(limits.bracketsPerPath)} are allowed`,
    );
  }
  let syntax: Syntax;
  try {
    syntax = parseFhirpath(text);
  } catch (error) {
    if (error instanceof RangeError) return report('limit', 'nests too deeply to be parsed');
    return report('fhirpath', `"${text}" is not FHIRPath: ${messageOf(error)}`);
  }
  const faults = checkExpression(syntax, context);
  for (const { kind, reason } of faults) report(kind, `"${text}" ${reason}`);
  return faults.every(({ kind }) => kind === 'moment') ? syntax : undefined;
}

/** The first complaint of the parser, without the tokens it would have liked; the others follow from it. */
function messageOf(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
  const match = /^line: (\d+); column: (\d+); message: (.*?)(?: expecting .*)?$/.exec(message);
  if (match === null) return message;
  const [, line = '', column = '', complaint = ''] = match;
  return `${complaint} at line ${line}, column ${String(Number(column) + 1)}`;
}

import { limits } from '../definition/limits.js';
import type { ViewIssue } from '../errors.js';
import { checkExpression } from '../syntax/check-expression.js';
import type { Names } from '../syntax/check-expression.js';
import { parseFhirpath } from '../syntax/parse-fhirpath.js';
import { syntaxHint } from '../syntax/syntax-hint.js';
import type { Syntax } from '../syntax/syntax.js';

/** The syntax of a path, and its faults. */
export interface ReadPath {
  /** Undefined when it cannot be evaluated. */
  readonly syntax: Syntax | undefined;
  readonly faults: readonly Pick<ViewIssue, 'kind' | 'diagnostics'>[];
}

/** Parses a path, and makes the checks that do not need the type that it is applied to. */
export function readPath(text: string, names: Names): ReadPath {
  const brackets = text.replace(/[^([{]/g, '').length;
  if (brackets > limits.bracketsPerPath) {
    const diagnostics = `has ${String(brackets)} brackets; at most ${String(limits.bracketsPerPath)} are allowed`;
    return faulty('limit', diagnostics);
  }
  let syntax: Syntax;
  try {
    syntax = parseFhirpath(text);
  } catch (error) {
    if (error instanceof RangeError) return faulty('limit', 'is nested too deeply to be parsed');
    return faulty('fhirpath', `"${text}" is not FHIRPath: ${messageOf(error)}${syntaxHint(text)}`);
  }
  const faults = checkExpression(syntax, names).map(({ kind, reason }) => ({
    kind,
    diagnostics: `"${text}" ${reason}`,
  }));
  // A moment that cannot be is evaluated as it is written, and an unknown type is that of resources that say so.
  const canRun = faults.every(({ kind }) => kind === 'moment' || kind === 'type');
  return { syntax: canRun ? syntax : undefined, faults };
}

function faulty(kind: ViewIssue['kind'], diagnostics: string): ReadPath {
  return { syntax: undefined, faults: [{ kind, diagnostics }] };
}

/**
 * The first complaint of the parser, without the tokens it would have liked; the others follow from it. It stumbles over some
 * faults itself, and then does not know them.
 */
function messageOf(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
  const match = /^line: (\d+); column: (\d+); message: (.*?)(?: expecting .*)?$/.exec(message);
  if (match === null) return error instanceof TypeError ? 'it cannot be parsed' : message;
  const [, line = '', column = '', complaint = ''] = match;
  return `${complaint} at line ${line}, column ${String(Number(column) + 1)}`;
}

import type { Rule } from 'eslint';
import ts from 'typescript';

/** The services that typed lint gives to its rules. */
interface ParserServices {
  readonly program: ts.Program;
  readonly esTreeNodeToTSNodeMap: { get(node: unknown): ts.SourceFile };
}

/** Errors that belong to no file are reported at the first file. */
const programsReported = new WeakSet<ts.Program>();

/**
 * A rule of lint: the errors of the compiler. Typed lint has a program of all sources and asks for most of their types
 * in any case, so that lint with this rule costs no more than lint and a third of a compilation.
 */
export const typeErrors: Rule.RuleModule = {
  meta: { type: 'problem', schema: [], messages: { error: 'TS{{code}}: {{text}}' } },
  create(context) {
    const { program, esTreeNodeToTSNodeMap } = context.sourceCode.parserServices as ParserServices;
    return {
      Program(node) {
        const errors = [
          ...errorsOfNoFile(program),
          ...errorsOfFile(program, esTreeNodeToTSNodeMap.get(node)),
        ];
        for (const { code, messageText, start, length } of errors) {
          const text = ts.flattenDiagnosticMessageText(messageText, '\n');
          const loc = locationOf(context, start, length);
          context.report({ loc, messageId: 'error', data: { code: String(code), text } });
        }
      },
    };
  },
};

function errorsOfNoFile(program: ts.Program): readonly ts.Diagnostic[] {
  if (programsReported.has(program)) return [];
  programsReported.add(program);
  return [
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
  ];
}

/** Those of its declarations too, by which built packages know each other. */
function errorsOfFile(program: ts.Program, file: ts.SourceFile): readonly ts.Diagnostic[] {
  return [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
    ...program.getDeclarationDiagnostics(file),
  ];
}

function locationOf(context: Rule.RuleContext, start = 0, length = 0) {
  const at = (offset: number) => context.sourceCode.getLocFromIndex(offset);
  return { start: at(start), end: at(start + length) };
}

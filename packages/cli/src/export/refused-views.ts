import { ServerRefusedError } from '@millrace/client';
import { CommandFailedError } from '../errors.js';
import { isLibrary, isSqlPath } from '../sql/kinds-of-files.js';
import { harmlessName } from '../terminal.js';
import { placeInFile, type ViewFile } from '../view-file.js';

/**
 * The refusal of a kick-off or a run, with the files of the views that the server finds at fault.
 *
 * @param views in the order of the request
 * @param context in the order of the request
 * @returns the error itself where it is not about views
 */
export function refusedViews(
  error: unknown,
  views: readonly ViewFile[],
  context: readonly ViewFile[] = [],
): unknown {
  if (!(error instanceof ServerRefusedError)) return error;
  let named = 0;
  const lines = error.issues.map(({ code, diagnostics = code, expression = [] }) => {
    const at = expression.join(', ');
    const { file, element } = artefactAt(at, views, context);
    if (file === undefined) return harmlessName(at === '' ? diagnostics : `${at}: ${diagnostics}`);
    named += 1;
    const inSql = isSqlPath(file.path)
      ? /^(?:in the SQLView "[^"]*": )?line (\d+), column (\d+): (.*)$/s.exec(diagnostics)
      : null;
    if (inSql !== null) {
      const [, line, column, what] = inSql;
      return harmlessName(`${file.path}:${line}:${column}: ${what}`);
    }
    const inView = `${isLibrary(file) ? 'Library' : 'ViewDefinition'}${element}`;
    return harmlessName(`${placeInFile(file, inView)}: ${inView}: ${diagnostics}`);
  });
  if (named === 0) return error;
  const refusal = `${error.method} ${error.url} was answered with ${error.status}:`;
  return new CommandFailedError([refusal, ...lines].join('\n'), { cause: error });
}

/**
 * The file that an expression is about, and the rest of the expression.
 * https://build.fhir.org/ig/HL7/sql-on-fhir/OperationDefinition-SQLExport.html
 */
function artefactAt(
  expression: string,
  views: readonly ViewFile[],
  context: readonly ViewFile[],
): { readonly file: ViewFile | undefined; readonly element: string } {
  const [, subject, ofExport = ''] = /^subject\[(\d+)\](?:\.subjectResource(.*))?$/.exec(expression) ?? [];
  if (subject !== undefined) return { file: views[Number(subject)], element: ofExport };
  const [, supplied, ofContext = ''] = /^context\[(\d+)\](.*)$/.exec(expression) ?? [];
  if (supplied !== undefined) return { file: context[Number(supplied)], element: ofContext };
  // A run has one view, without a number.
  const [, ofRun] = /^subjectResource(.*)$/.exec(expression) ?? [];
  return { file: ofRun === undefined ? undefined : views[0], element: ofRun ?? '' };
}

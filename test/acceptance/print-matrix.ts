// `npm run acceptance`: prints which statements of the specification are tested, by what, and whether that passed. Its argument
// is a report of Jest, in which tests of other folders do not count.
import { readFileSync } from 'node:fs';
import { matrixOf, matrixText } from './matrix.js';
import { STATEMENTS_FILE, hasStatements, readStatements } from './statements.js';

/** The part of a report of Jest that is read here. */
interface Report {
  readonly testResults: readonly {
    /** Path of the file. */
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const [file = ''] = process.argv.slice(2);
if (!hasStatements) {
  process.stdout.write(
    `not printed: there is no ${STATEMENTS_FILE} (CONFORMANCE_STATEMENTS names another file)\n`,
  );
} else {
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const tests = testResults
    .filter(({ name }) => /[\\/]test[\\/]acceptance[\\/]/.test(name))
    .flatMap(({ assertionResults }) => assertionResults)
    .map(({ fullName, status }) => ({ title: fullName, passed: status === 'passed' }));
  process.stdout.write(matrixText(matrixOf(readStatements(), tests)));
}

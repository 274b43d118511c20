import { ABSENT } from './statements.js';
import type { Statement } from './statements.js';

export interface TestResult {
  readonly title: string;
  readonly passed: boolean;
}

export interface MatrixRow {
  readonly id: string;
  /** The strongest of SHALL, SHOULD and MAY in its text. */
  readonly strength: string;
  readonly tests: readonly TestResult[];
  /** Why it has no test here. */
  readonly absence: string | undefined;
}

/** Ids that a title names in brackets: `[com-3 exp-6] files are written as ndjson`. */
export function idsIn(title: string): readonly string[] {
  const [, ids = ''] = /\[([a-z]+(?:-[a-z]+)?-\d+(?: [a-z]+(?:-[a-z]+)?-\d+)*)\]/.exec(title) ?? [];
  return ids === '' ? [] : ids.split(' ');
}

export function matrixOf(
  statements: readonly Statement[],
  tests: readonly TestResult[],
): readonly MatrixRow[] {
  return statements.map(({ id, text }) => {
    const absence = ABSENT[id];
    return {
      id,
      strength: /SHALL|MUST/.test(text) ? 'SHALL' : /SHOULD|RECOMMENDED/.test(text) ? 'SHOULD' : 'MAY',
      tests: tests.filter(({ title }) => idsIn(title).includes(id)),
      absence: absence === undefined ? undefined : `${absence[0]}: ${absence[1]}`,
    };
  });
}

/** A line for each statement, then counts. */
export function matrixText(rows: readonly MatrixRow[]): string {
  const lines = rows.map(({ id, strength, tests, absence }) => {
    const failed = tests.filter(({ passed }) => !passed).length;
    const result =
      tests.length === 0
        ? (absence ?? 'NO TEST')
        : `${failed === 0 ? 'passed' : `FAILED (${failed})`} ← ${tests.map(({ title }) => title).join(' | ')}`;
    return `${id.padEnd(18)} ${strength.padEnd(6)} ${result}`;
  });
  const count = (holds: (row: MatrixRow) => boolean): number => rows.filter(holds).length;
  const tested = count(({ tests }) => tests.length > 0);
  const failing = count(({ tests }) => tests.some(({ passed }) => !passed));
  const pending = count(
    ({ tests, absence }) => tests.length === 0 && absence?.startsWith('pending') === true,
  );
  const summary = `${rows.length} statements: ${tested} tested here, ${failing} of them failing; ${pending} pending`;
  return `${lines.join('\n')}\n\n${summary}\n`;
}

import { expect, test } from '@jest/globals';
import { chooseSql } from './choose-sql.js';

const attachment = (contentType: string, sql: string) => ({
  contentType,
  data: Buffer.from(sql).toString('base64'),
});
const choose = (...attachments: readonly { contentType: string; data: string }[]) =>
  chooseSql({ attachments });

test.each([
  ['application/sql;dialect=duckdb', 'application/sql; dialect="DuckDB"'],
  ['application/sql', 'application/sql;charset=utf-8'],
])('of several attachments %s is chosen', (contentType, alike) => {
  for (const one of [contentType, alike]) {
    expect(choose(attachment('application/sql;dialect=postgresql', 'p'), attachment(one, 'ä'))).toEqual({
      sql: 'ä',
      expression: 'Library.content[1].data',
    });
  }
});

test('the dialect of the engine is preferred to the default', () => {
  expect(
    choose(attachment('application/sql', 'default'), attachment('application/sql;dialect=duckdb', 'own')),
  ).toMatchObject({ sql: 'own' });
});

test.each([
  [
    'other dialects only, which nobody translates',
    [attachment('application/sql;dialect=oracle', 'x'), attachment('application/sql;dialect=ansi-sql', 'x')],
    'Library.content',
    /dialects "oracle", "ansi-sql" only/,
  ],
  [
    'text that was cut',
    [{ contentType: 'application/sql', data: 'U0VMR' }],
    'Library.content[0].data',
    /base64/,
  ],
  [
    'bytes that are no text',
    [{ contentType: 'application/sql', data: '/w==' }],
    'Library.content[0].data',
    /UTF-8/,
  ],
  [
    'more text than is analysed',
    [attachment('application/sql', ' '.repeat(300_000))],
    'Library.content[0].data',
    /at most/,
  ],
])('an error is preferred to %s', (_, attachments, expression, diagnostics) => {
  expect(choose(...attachments)).toEqual({ expression, diagnostics: expect.stringMatching(diagnostics) });
});

import { describe, expect, test } from '@jest/globals';
import { compileView } from '@millrace/viewdef';
import { SQL_EXPORT } from './operations.js';
import { body, exampleContext, order, post, refusal, subject, view } from './testing/kick-off-example.js';

const context = {
  ...exampleContext(),
  checkView: (candidate: object, { fhirVersion }: { fhirVersion: 'R4' | 'R5' }) =>
    void compileView(candidate, { fhirVersion, checks: 'strict' }),
};

const column = (name: string, path: string) => ({ name, path });
const inline = (fields: Readonly<Record<string, unknown>>): unknown =>
  subject({ name: 'subjectResource', resource: view(fields) });
const AT = 'subject[0].subjectResource';

describe('a view that the compiler refuses is 422 at the element that is at fault', () => {
  test.each([
    ['without resource', { resource: undefined }, `${AT}.resource`],
    ['without select', { select: undefined }, `${AT}.select`],
    [
      'whose FHIRPath does not parse',
      { select: [{ column: [column('id', 'id'), column('x', '@@')] }] },
      `${AT}.select[0].column[1].path`,
    ],
    ['whose condition does not parse', { where: [{ path: 'a..b' }] }, `${AT}.where[0].path`],
    [
      'with a column twice',
      { select: [{ column: [column('id', 'id')] }, { column: [column('id', 'id')] }] },
      `${AT}.select[1].column[0].name`,
    ],
    [
      'whose unionAll branches differ',
      { select: [{ unionAll: [{ column: [column('a', 'id')] }, { column: [column('b', 'id')] }] }] },
      `${AT}.select[0].unionAll[1]`,
    ],
    [
      'with a constant that is not declared',
      { select: [{ column: [column('a', '%nothing')] }] },
      `${AT}.select[0].column[0].path`,
    ],
  ])('%s', async (_, fields, expression) => {
    const refused = await refusal(SQL_EXPORT, 'system', post(body(inline(fields))), context);
    expect(refused).toEqual({ status: 422, issues: [`invalid ${expression}`] });
  });

  test('and every fault of every view is named at once', async () => {
    const broken = { select: [{ column: [column('a', '@@'), column('b', '(')] }] };
    const refused = await refusal(SQL_EXPORT, 'system', post(body(inline(broken), inline(broken))), context);
    expect(refused.issues.length).toBe(4);
  });
});

test('a view that compiles is taken', async () => {
  const made = await order(SQL_EXPORT, 'system', post(body(inline({ name: 'ids' }))), context);
  expect(made.subjects.map(({ name }) => name)).toEqual(['ids']);
});

import { describe, expect, test } from '@jest/globals';
import { ViewDefinitionError, compileView } from '@millrace/viewdef';
import type { CheckViews } from './check-view.js';
import type { ProtocolError } from './errors.js';
import { SQL_EXPORT } from './operations.js';
import { body, exampleContext, order, post, refusal, subject, view } from './testing/kick-off-example.js';

const checkViews: CheckViews = async (views, { fhirVersion }) =>
  views.map((candidate) => {
    try {
      compileView(candidate, { fhirVersion, checks: 'strict' });
      return { faults: [], total: 0 };
    } catch (error) {
      if (!(error instanceof ViewDefinitionError)) throw error;
      return { faults: error.issues, total: error.issues.length };
    }
  });
const context = { ...exampleContext(), checkViews };

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

describe('a view that is too costly to compile', () => {
  const diagnostics = 'could not be compiled in time';
  const tooCostly: CheckViews = async (views) =>
    views.map(() => ({
      faults: [{ expression: 'ViewDefinition', diagnostics, isTooCostly: true }],
      total: 1,
    }));
  const costly = { ...exampleContext(), checkViews: tooCostly };

  test('is 422 too-costly, by its name', async () => {
    const refused = order(SQL_EXPORT, 'system', post(body(inline({ name: 'endless' }))), costly);
    await expect(refused).rejects.toMatchObject({
      status: 422,
      issues: [{ code: 'too-costly', expression: [AT], diagnostics: `the view "endless": ${diagnostics}` }],
    });
  });
});

test('of the faults that a verdict counts and does not list, the answer says the number', async () => {
  const fault = { expression: 'ViewDefinition.select', diagnostics: 'no' };
  const many: CheckViews = async (views) => views.map(() => ({ faults: Array(50).fill(fault), total: 4000 }));
  const refused = order(SQL_EXPORT, 'system', post(body(inline({ name: 'a' }), inline({ name: 'b' }))), {
    ...exampleContext(),
    checkViews: many,
  });
  const { issues } = await refused.then(
    () => ({ issues: [] }),
    (error: ProtocolError) => error,
  );
  expect(issues).toHaveLength(50);
  expect(issues[49]?.diagnostics).toBe('there are 8000 issues; the first 49 are listed');
});

test('a view that compiles is taken', async () => {
  const made = await order(SQL_EXPORT, 'system', post(body(inline({ name: 'ids' }))), context);
  expect(made.subjects.map(({ name }) => name)).toEqual(['ids']);
});

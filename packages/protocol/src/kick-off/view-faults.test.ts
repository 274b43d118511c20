import { describe, expect, test } from '@jest/globals';
import { ViewDefinitionError, compileView } from '@millrace/viewdef';
import type { CheckViews, ViewVerdict } from '../subjects/check-view.js';
import type { ProtocolError } from '../errors/errors.js';
import { SQL_EXPORT } from '../operations/operations.js';
import { body, exampleContext, order, post, refusal, subject, view } from '../testing/kick-off-example.js';

const good: ViewVerdict = { faults: [], total: 0, warnings: [], warningsTotal: 0 };

const checkViews: CheckViews = async (views, { fhirVersion, handling }) =>
  views.map((candidate) => {
    try {
      const { warnings } = compileView(candidate, { fhirVersion, checks: handling });
      return { ...good, warnings, warningsTotal: warnings.length };
    } catch (error) {
      if (!(error instanceof ViewDefinitionError)) throw error;
      return { ...good, faults: error.issues, total: error.issues.length };
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
      'with an element that FHIR does not know',
      { select: [{ column: [column('a', 'name.familly')] }] },
      `${AT}.select[0].column[0].path`,
    ],
    ['of an abstract type', { resource: 'DomainResource' }, `${AT}.resource`],
    [
      'with a column type that no value has',
      { select: [{ column: [{ ...column('a', 'birthDate'), type: 'integer' }] }] },
      `${AT}.select[0].column[0].type`,
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
      ...good,
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
  const many: CheckViews = async (views) =>
    views.map(() => ({ ...good, faults: Array(50).fill(fault), total: 4000 }));
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

describe('a view that cannot be meant', () => {
  const misspelt = { select: [{ column: [column('a', 'name.familly'), column('b', "birthDate > '2001'")] }] };
  const lenient = (content: unknown) =>
    post(content, { headers: { prefer: 'respond-async, handling=lenient' } });

  test('is 422 with everything that is wrong in one outcome, unless the client asks to be lenient', async () => {
    const refused = await refusal(SQL_EXPORT, 'system', post(body(inline(misspelt))), context);
    const at = (index: number): string => `invalid ${AT}.select[0].column[${index}].path`;
    expect(refused).toEqual({ status: 422, issues: [at(0), at(1)] });
  });

  test('is taken leniently: the order says so, and names each mistake and its place', async () => {
    const { handling, notices } = await order(SQL_EXPORT, 'system', lenient(body(inline(misspelt))), context);
    expect(handling).toBe('lenient');
    expect(notices).toEqual([
      {
        kind: 'view',
        expression: `${AT}.select[0].column[0].path`,
        diagnostics:
          'select[0].column[0].path: "name.familly" names the element "familly", which HumanName does not have; did you mean "family"?',
      },
      {
        kind: 'view',
        expression: `${AT}.select[0].column[1].path`,
        diagnostics:
          'select[0].column[1].path: "birthDate > \'2001\'" compares date with string by ">", which never compare; write @2001',
      },
    ]);
  });

  test('that cannot run either is refused leniently too', async () => {
    const broken = { select: [{ column: [column('a', 'name.familly'), column('b', '@@')] }] };
    const refused = await refusal(SQL_EXPORT, 'system', lenient(body(inline(broken))), context);
    expect(refused).toEqual({ status: 422, issues: [`invalid ${AT}.select[0].column[1].path`] });
  });
});

test('a column that only some values fit is a warning for a strict client too', async () => {
  const typed = { select: [{ column: [{ ...column('key', 'id'), type: 'integer' }] }] };
  const { handling, notices } = await order(SQL_EXPORT, 'system', post(body(inline(typed))), context);
  expect(handling).toBe('strict');
  expect(notices).toMatchObject([{ kind: 'view', expression: `${AT}.select[0].column[0].type` }]);
});

test('of more notices than a request carries it has the first, and the number of all', async () => {
  const many: CheckViews = async (views) =>
    views.map(() => ({
      ...good,
      warnings: Array(50).fill({ expression: 'ViewDefinition.select', diagnostics: 'no' }),
      warningsTotal: 4000,
    }));
  const request = post(body(inline({ name: 'a' }), inline({ name: 'b' })));
  const { notices = [] } = await order(SQL_EXPORT, 'system', request, { ...context, checkViews: many });
  expect(notices).toHaveLength(50);
  expect(notices[49]).toEqual({
    kind: 'view',
    diagnostics: 'there are 8000 notices about views; the first 49 are listed',
    count: 8000,
  });
});

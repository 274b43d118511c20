import { describe, expect, test } from '@jest/globals';
import { SQLQUERY_RUN } from '../operations/run-operations.js';
import { body, post, refusal, view } from '../testing/kick-off-example.js';
import { library, needs } from '../testing/library-example.js';

const values = (...parameter: readonly unknown[]): unknown => ({
  name: 'parameters',
  resource: { resourceType: 'Parameters', parameter },
});
const query = (fields?: Readonly<Record<string, unknown>>) => library('sql-query', fields);
const sqlView = (fields?: Readonly<Record<string, unknown>>) => library('sql-view', fields);
const HIGH = query({ parameter: [{ name: 'least', use: 'in', type: 'integer', min: 1 }] });
const OF_BP = query({ relatedArtifact: [needs('http://x.org/bp', 'bp')] });
const OF_V = query({ relatedArtifact: [needs('http://x.org/v', 'v')] });
const source = (name: 'tableSource' | 'view', fields?: Readonly<Record<string, unknown>>) => ({
  name,
  resource: view({ url: 'http://x.org/v', ...fields }),
});

describe.each(['system', 'type'] as const)('$sqlquery-run at the level %s', (level) => {
  const of = (resource: unknown): unknown => ({ name: 'queryResource', resource });

  test.each([
    ['a query with its values', [of(HIGH), values({ name: 'least', valueInteger: 140 })]],
    ['a query of a stored view', [of(OF_BP)]],
    ['a query of a tableSource', [of(OF_V), source('tableSource')]],
    ['a query of a view by its earlier name', [of(OF_V), source('view')]],
    [
      'a query with all that says what is answered',
      [of(query()), { name: '_limit', valueInteger: 1 }, { name: '_format', valueCode: 'fhir' }],
    ],
  ])('says of %s that SQL does not run yet', async (_, parameters) => {
    expect(await refusal(SQLQUERY_RUN, level, post(body(...parameters)))).toEqual({
      status: 400,
      issues: ['not-supported queryResource'],
    });
  });

  test.each([
    ['no query', [], 400, ['required query']],
    [
      'two queries',
      [of(query()), { name: 'queryCanonical', valueCanonical: 'http://x.org/q' }],
      400,
      ['invalid query'],
    ],
    ['a view in SQL', [of(sqlView())], 422, ['invalid queryResource']],
    ['a ViewDefinition', [of(view())], 422, ['invalid queryResource']],
    [
      'inline resources',
      [of(query()), { name: 'resource', resource: { resourceType: 'Patient' } }],
      400,
      ['invalid resource'],
    ],
    [
      'a value of another type',
      [of(HIGH), values({ name: 'least', valueString: '1' })],
      400,
      ['invalid parameters.parameter[0]'],
    ],
    [
      'a tableSource on which nothing depends',
      [of(query()), source('tableSource')],
      400,
      ['invalid tableSource[0]'],
    ],
    [
      'a broken view that it depends on',
      [of(OF_V), source('tableSource', { select: 1 })],
      422,
      ['invalid tableSource[0].select'],
    ],
    ['a dependency that nobody has', [of(OF_V)], 404, ['not-found -']],
    [
      'a patient who is not there',
      [of(query()), { name: 'patient', valueReference: { reference: 'Patient/9' } }],
      400,
      ['not-found patient'],
    ],
  ])('is refused for %s', async (_, parameters, status, issues) => {
    expect(await refusal(SQLQUERY_RUN, level, post(body(...parameters)))).toEqual({ status, issues });
  });
});

test('$sqlquery-run by GET takes what is no resource from the query, at the instance level without a subject', async () => {
  const get = (query: Readonly<Record<string, string>>) => ({
    method: 'GET',
    headers: {},
    query,
    body: undefined,
  });
  expect(await refusal(SQLQUERY_RUN, 'system', get({ queryReference: 'Library/none', _limit: '1' }))).toEqual(
    {
      status: 404,
      issues: ['not-found queryReference'],
    },
  );
  const atInstance = { ...get({ tableSource: '{}', parameters: '{}' }), instanceId: 'none' };
  expect(await refusal(SQLQUERY_RUN, 'instance', atInstance)).toEqual({
    status: 404,
    issues: ['invalid tableSource', 'invalid parameters', 'not-found -'],
  });
});

import { describe, expect, test } from '@jest/globals';
import type { Resource } from '@millrace/fhir';
import type { ProtocolError } from '../errors/errors.js';
import { SQLQUERY_EXPORT, SQL_EXPORT, VIEWDEFINITION_EXPORT } from '../operations/operations.js';
import type { Target } from '../subjects/check-view.js';
import {
  body,
  exampleContext,
  inline,
  name,
  order,
  post,
  reference,
  refusal,
  storedDefinitions,
  subject,
  view,
} from '../testing/kick-off-example.js';
import { library, needs } from '../testing/library-example.js';

const sql = (resource: unknown, ...more: readonly unknown[]): unknown =>
  subject({ name: 'subjectResource', resource }, ...more);
const values = (...parameter: readonly unknown[]): unknown => ({
  name: 'parameters',
  resource: { resourceType: 'Parameters', parameter },
});
const context = (resource: unknown): unknown => ({ name: 'context', resource });
const query = (fields?: Readonly<Record<string, unknown>>) => library('sql-query', fields);
const sqlView = (fields?: Readonly<Record<string, unknown>>) => library('sql-view', fields);

const HIGH = query({ parameter: [{ name: 'least', use: 'in', type: 'integer', min: 1 }] });
const OF_BP = query({ relatedArtifact: [needs('http://x.org/bp', 'bp')] });
const OF_V = query({ relatedArtifact: [needs('http://x.org/v', 'v')] });

describe('an export of SQL', () => {
  test.each([
    ['a query', [sql(query())]],
    ['a view in SQL', [sql(sqlView())]],
    ['a query with its values', [sql(HIGH, values({ name: 'least', valueInteger: 140 }))]],
    ['a query of a stored view', [sql(OF_BP)]],
    ['a query of a pinned view', [sql(query({ relatedArtifact: [needs('http://x.org/bp|2', 'bp')] }))]],
    [
      'a query of a view that the request brings along',
      [sql(OF_V), context(view({ url: 'http://x.org/v' }))],
    ],
    [
      'a query of a view in SQL of a stored view',
      [
        sql(OF_V),
        context(sqlView({ url: 'http://x.org/v', relatedArtifact: [needs('http://x.org/bp', 'bp')] })),
      ],
    ],
    [
      'a query of a value set and a concept map',
      [
        sql(query({ relatedArtifact: [needs('http://x.org/vs', 'vs'), needs('http://x.org/cm', 'cm')] })),
        context({ resourceType: 'ValueSet', url: 'http://x.org/vs' }),
        context({ resourceType: 'ConceptMap', url: 'http://x.org/cm' }),
      ],
    ],
  ])('of %s is not supported yet, which is said where nothing else is wrong', async (_, parameters) => {
    expect(await refusal(SQL_EXPORT, 'system', post(body(...parameters)))).toEqual({
      status: 400,
      issues: ['not-supported subject[0].subjectResource'],
    });
  });

  test('does not keep a view beside it from being checked', async () => {
    const request = post(body(sql(query()), subject(inline({ select: 1 }))));
    expect(await refusal(SQL_EXPORT, 'system', request)).toEqual({
      status: 422,
      issues: ['invalid subject[1].subjectResource.select'],
    });
  });

  test('looks each artefact up once, however many Libraries need it', async () => {
    const definitions = storedDefinitions();
    const request = post(body(sql(OF_BP, name('a')), sql(OF_BP, name('b'))));
    const answer = order(SQL_EXPORT, 'system', request, { ...exampleContext(), definitions });
    await expect(answer).rejects.toMatchObject({ status: 400 });
    expect(definitions.asked).toEqual(['http://x.org/bp|']);
  });
});

describe('an export of SQL is refused for', () => {
  test.each([
    ['no SQL', [sql(query({ content: [] }))], 422, ['invalid subject[0].subjectResource.content']],
    [
      'content of another type',
      [sql(query({ content: [{ contentType: 'text/cql', data: 'YQ==' }] }))],
      422,
      ['invalid subject[0].subjectResource.content[0].contentType'],
    ],
    [
      'content without data',
      [sql(query({ content: [{ contentType: 'application/sql;dialect=duckdb' }] }))],
      422,
      ['invalid subject[0].subjectResource.content[0].data'],
    ],
    [
      'parameters of a view',
      [sql(sqlView({ parameter: [{ name: 'a', use: 'in', type: 'string' }] }))],
      422,
      ['invalid subject[0].subjectResource.parameter'],
    ],
    [
      'two equal labels',
      [sql(query({ relatedArtifact: [needs('http://x.org/bp', 'bp'), needs('http://x.org/people', 'BP')] }))],
      422,
      ['invalid subject[0].subjectResource.relatedArtifact[1].label'],
    ],
    [
      'a label that is no name',
      [sql(query({ relatedArtifact: [needs('http://x.org/bp', 'b p')] }))],
      422,
      ['invalid subject[0].subjectResource.relatedArtifact[0].label'],
    ],
    ['values for a ViewDefinition', [subject(inline(), values())], 400, ['invalid subject[0].parameters']],
    [
      'a value that is not declared',
      [sql(HIGH, values({ name: 'least', valueInteger: 1 }, { name: 'most', valueInteger: 2 }))],
      400,
      ['invalid subject[0].parameters.parameter[1]'],
    ],
    [
      'a value of another type',
      [sql(HIGH, values({ name: 'least', valueString: '1' }))],
      400,
      ['invalid subject[0].parameters.parameter[0]'],
    ],
    ['a value that is missing', [sql(HIGH)], 400, ['invalid parameters']],
    [
      'values that are no Parameters',
      [sql(HIGH, { name: 'parameters', resource: { resourceType: 'Basic' } })],
      400,
      ['invalid subject[0].parameters.resourceType'],
    ],
    ['a dependency that nobody has', [sql(OF_V)], 404, ['not-found -']],
    [
      'a dependency of another version than the one that is stored',
      [sql(query({ relatedArtifact: [needs('http://x.org/bp|9', 'bp')] }))],
      404,
      ['not-found -'],
    ],
    [
      'a context with a slip, before the dependency that it was for',
      [sql(OF_V), context(view({ url: 'http://x.org/w' }))],
      400,
      ['invalid context[0]', 'not-found -'],
    ],
    [
      'a context for views alone',
      [subject(inline()), context(view({ url: 'http://x.org/v' }))],
      400,
      ['invalid context[0]'],
    ],
    ['a context without a url', [sql(query()), context(view())], 400, ['invalid context[0]']],
    [
      'two contexts with one url',
      [sql(OF_V), context(view({ url: 'http://x.org/v' })), context(view({ url: 'http://x.org/v' }))],
      400,
      ['invalid context[1]'],
    ],
    [
      'a context of another kind',
      [sql(query()), context({ resourceType: 'Patient', url: 'http://x.org/p' })],
      400,
      ['invalid context[0]'],
    ],
    [
      'a dependency on a query',
      [sql(OF_V), context(query({ url: 'http://x.org/v' }))],
      400,
      ['invalid context[0]', 'not-found -'],
    ],
    [
      'views that depend on each other',
      [
        sql(OF_V),
        context(sqlView({ url: 'http://x.org/v', relatedArtifact: [needs('http://x.org/w', 'w')] })),
        context(sqlView({ url: 'http://x.org/w', relatedArtifact: [needs('http://x.org/v', 'v')] })),
      ],
      422,
      ['invalid subject[0].subjectResource'],
    ],
    [
      'a broken view in SQL that it depends on',
      [sql(OF_V), context(sqlView({ url: 'http://x.org/v', content: [] }))],
      422,
      ['invalid subject[0].subjectResource'],
    ],
  ])('%s', async (_, parameters, status, issues) => {
    expect(await refusal(SQL_EXPORT, 'system', post(body(...parameters)))).toEqual({ status, issues });
  });
});

describe('a view that SQL depends on is compiled', () => {
  const broken = { url: 'http://x.org/v', select: 1 };
  const diagnosticsOf = async (parameters: readonly unknown[], checks = exampleContext()) =>
    order(SQL_EXPORT, 'system', post(body(...parameters)), checks).then(
      () => [],
      (error: ProtocolError) => error.issues.map(({ diagnostics }) => diagnostics),
    );

  test('from the request, and the fault has its place there', async () => {
    const parameters = [sql(OF_V), context(view(broken))];
    expect(await refusal(SQL_EXPORT, 'system', post(body(...parameters)))).toEqual({
      status: 422,
      issues: ['invalid context[0].select'],
    });
    expect(await diagnosticsOf(parameters)).toEqual([
      'the dependency "http://x.org/v": select: must be a list',
    ]);
  });

  test('from the server, and the fault names the subject and the canonical URL', async () => {
    const ofBroken = query({ relatedArtifact: [needs('http://x.org/broken', 'b')] });
    const request = post(body(subject(inline()), sql(ofBroken)));
    expect(await refusal(SQL_EXPORT, 'system', request)).toEqual({
      status: 422,
      issues: ['invalid subject[1].subjectResource'],
    });
    expect(await diagnosticsOf([sql(ofBroken)])).toEqual([
      'the dependency "http://x.org/broken": select: must be a list',
    ]);
  });

  test('also behind a view in SQL, once for all subjects, and for the files that SQL reads', async () => {
    const asked: unknown[] = [];
    const { checkViews } = exampleContext();
    const counting = {
      ...exampleContext(),
      checkViews: async (views: readonly Resource[], target: Target) => {
        asked.push(...views.map(({ url }) => [url, target.format]));
        return checkViews(views, target);
      },
    };
    const between = sqlView({ url: 'http://x.org/v', relatedArtifact: [needs('http://x.org/bp', 'bp')] });
    const parameters = [sql(OF_V, name('a')), sql(OF_BP, name('b')), context(between)];
    expect(await diagnosticsOf(parameters, counting)).toHaveLength(2);
    expect(asked).toEqual([['http://x.org/bp', 'parquet']]);
  });

  test('unless the stored artefacts of the request are too large together', async () => {
    const large = view({ url: 'http://x.org/bp', description: 'x'.repeat(1_500_000), select: 1 });
    const definitions = { ...storedDefinitions(), byCanonical: async () => large };
    const both = query({ relatedArtifact: [needs('http://x.org/bp', 'a'), needs('http://x.org/bp|1', 'b')] });
    const request = post(body(sql(both)));
    expect(await refusal(SQL_EXPORT, 'system', request, { ...exampleContext(), definitions })).toEqual({
      status: 422,
      issues: ['too-costly -'],
    });
  });
});

describe('the operations that $sql-export replaced', () => {
  const asked = (...part: readonly unknown[]): unknown => ({ name: 'query', part });

  test('$viewdefinition-export takes no Library', async () => {
    const request = post(body({ name: 'view', part: [{ name: 'viewResource', resource: query() }] }));
    expect(await refusal(VIEWDEFINITION_EXPORT, 'system', request)).toEqual({
      status: 422,
      issues: ['invalid view[0].viewResource'],
    });
  });

  test('$sqlquery-export takes queries only', async () => {
    const request = post(body(asked({ name: 'queryResource', resource: sqlView() })));
    expect(await refusal(SQLQUERY_EXPORT, 'type', request)).toEqual({
      status: 422,
      issues: ['invalid query[0].queryResource'],
    });
  });

  test.each(['tableSource', 'view'])('$sqlquery-export takes what a query depends on as %s', async (of) => {
    const supplied = { name: of, resource: view({ url: 'http://x.org/v' }) };
    const request = post(body(asked({ name: 'queryResource', resource: OF_V }), supplied));
    expect(await refusal(SQLQUERY_EXPORT, 'system', request)).toEqual({
      status: 400,
      issues: ['not-supported query[0].queryResource'],
    });
  });

  test('$sqlquery-export takes a query by its canonical URL, also as a reference', async () => {
    const request = post(
      body(asked({ name: 'queryReference', valueReference: { reference: 'http://x.org/q' } })),
    );
    expect(await refusal(SQLQUERY_EXPORT, 'system', request)).toEqual({
      status: 404,
      issues: ['not-found query[0].queryReference'],
    });
  });

  test('at the instance level the URL names the query, and its values stand alone', async () => {
    const request = post(body(values()), { instanceId: 'none' });
    expect(await refusal(SQLQUERY_EXPORT, 'instance', request)).toEqual({
      status: 404,
      issues: ['not-found -'],
    });
    const twice = post(body(asked(reference('Library/q'))), { instanceId: 'none' });
    expect(await refusal(SQLQUERY_EXPORT, 'instance', twice)).toMatchObject({
      issues: expect.arrayContaining(['invalid query']),
    });
  });
});

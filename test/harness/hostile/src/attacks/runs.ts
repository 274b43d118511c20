import type { Attack } from './attack.js';
import { columnsOf, viewOf } from './kick-off.js';
import { format, ids, manyRows, named, pairs, patient, resource, run, runOf, subject } from './run.js';
import { volley } from './volley.js';

/** The server reads about as many entries of Parameters. */
const MOST_ENTRIES = 11_000;
const MOST_NESTED = 60;

/** Requests for rows at their limits. */
export function runAttacks(): readonly Attack[] {
  const attack = (
    name: string,
    answers: Attack['answers'],
    parameters: readonly object[],
    headers: Readonly<Record<string, string>> = {},
  ): Attack => {
    const asked = runOf(parameters, headers);
    return { name, answers, send: (connection) => connection.ask(asked) };
  };
  const many = <Item>(count: number, item: (at: number) => Item): Item[] =>
    Array.from({ length: count }, (_, at) => item(at));
  const fhirJson = { accept: 'application/fhir+json' };
  return [
    attack(
      'a run over as many resources as are read, all the same',
      [200, 413],
      [subject(ids), ...many(MOST_ENTRIES, () => resource(patient()))],
    ),
    attack(
      'a run over a Bundle of as many entries as are read',
      [200, 413],
      [subject(ids), resource(bundleOf(many(20_000, () => patient())))],
    ),
    attack(
      'a run over a Bundle of entries that are no resources',
      [200, 400, 413],
      [subject(ids), resource({ resourceType: 'Bundle', entry: many(20_000, () => ({ resource: 1 })) })],
    ),
    attack('a run over Bundles in Bundles', [200, 400], [subject(ids), resource(bundles(MOST_NESTED))]),
    attack(
      'a run over a resource of almost four megabytes',
      [200],
      [subject(ids), resource(patient({ text: { div: 'x'.repeat(4_000_000) } }))],
    ),
    attack(
      'a run over a resource that nests as deep as it may',
      [200, 400],
      [subject(ids), resource(patient({ extension: [extensions(MOST_NESTED)] }))],
    ),
    attack('a run with millions of rows', [200], [subject(pairs), ...many(20, () => resource(named(450)))]),
    ...['ndjson', 'fhir', 'parquet'].map((code) =>
      attack(
        `a run with more rows of one resource than there is room for, as ${code}`,
        [200, 422],
        [subject(pairs), resource(named(8_000)), format(code)],
      ),
    ),
    ...['fhir', 'parquet', 'json'].map((code) =>
      attack(`a run with many rows of the source, as ${code}`, [200], [subject(manyRows), format(code)]),
    ),
    attack(
      'a run with many rows of the source, in a Binary',
      [200],
      [subject(manyRows), format('csv')],
      fhirJson,
    ),
    attack(
      'a run with an expression that never ends',
      [422],
      [
        subject(viewOf('endless', [columnsOf(1, () => "name.family.matches('^(x+x+)+y$')")], 'Patient')),
        resource(patient({ name: [{ family: 'x'.repeat(40) }] })),
      ],
    ),
    {
      name: 'a run of a view that is slow to compile',
      answers: [200, 422],
      send: (connection, turn) =>
        run(connection, [
          subject(viewOf(`slow_${turn}`, [columnsOf(2000, (at) => `name[${at}].given[${turn}]`)], 'Patient')),
          resource(patient()),
        ]),
    },
    {
      name: 'a run by GET with as many patients as a line holds',
      answers: [400, 404],
      send: (connection) =>
        connection.ask({
          method: 'GET',
          path: `/$sql-run?subjectReference=ViewDefinition/none&${many(700, (at) => `patient=Patient/${at}`).join('&')}`,
        }),
    },
    {
      name: 'a run by HEAD',
      answers: [400, 405],
      send: (connection) =>
        connection.ask({ method: 'HEAD', path: '/$sql-run?subjectReference=ViewDefinition/none' }),
    },
    volley('sixty runs at once', [200], (client) => run(client, [subject(ids)])),
    // One process reads them all, and may be too slow for some while others wait.
    volley('sixty runs at once with many rows', [200, 'cut'], (client) => run(client, [subject(manyRows)])),
    volley('sixty runs at once over some thousand resources', [200], (client) =>
      run(client, [subject(ids), ...many(2000, () => resource(patient()))]),
    ),
  ];
}

function bundleOf(resources: readonly object[]): object {
  return { resourceType: 'Bundle', type: 'collection', entry: resources.map((one) => ({ resource: one })) };
}

function bundles(depth: number): object {
  let inner: object = patient();
  for (let at = 0; at < depth / 3; at += 1) inner = bundleOf([inner]);
  return inner;
}

function extensions(depth: number): object {
  let inner: object = { url: 'x', valueString: 'x' };
  for (let at = 0; at < depth / 2; at += 1) inner = { url: 'x', extension: [inner] };
  return inner;
}

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { download, rowsIn } from '../e2e/wire.js';
import { SQL_RUN, holding, invoke, parametersOf } from './operations.js';
import { accepted, format, outputName, post, refusalOf, subject, view } from './requests.js';
import { startAcceptanceServer } from './server.js';
import type { AcceptanceServer } from './server.js';

let server: AcceptanceServer;
beforeAll(async () => {
  server = await startAcceptanceServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const column = (name: string, path: string, more: object = {}) => ({ name, path, ...more });
const columns = (...list: readonly object[]) => [{ column: list }];

async function filesOf(asked: object, ...more: readonly object[]) {
  const status = await accepted(await post(server.fhirUrl, [subject(asked), ...more]));
  return (await download(status)).outputs.get('ids') ?? [];
}

test('[viewdef-8 viewdef-10 viewdef-11 viewdef-12 viewdef-13 viewdef-21 viewdef-22] the key of a reference is that of the resource', async () => {
  const people = rowsIn(await filesOf(view()));
  const observed = view({
    resource: 'Observation',
    select: columns(column('id', 'subject.getReferenceKey(Patient)')),
  });
  expect(people).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
  expect(rowsIn(await filesOf(observed))).toEqual(['a', 'a', 'b', 'c'].map((id) => ({ id })));
});

test('[viewdef-9 viewdef-14] a reference to another type has no key', async () => {
  const other = view({
    resource: 'Observation',
    select: columns(column('id', 'subject.getReferenceKey(Group)')),
  });
  expect(rowsIn(await filesOf(other))).toEqual(Array(4).fill({ id: null }));
});

test.each([
  ['[viewdef-15 viewdef-16] names', columns(column('a', 'id')), columns(column('b', 'id'))],
  [
    '[viewdef-16] order',
    columns(column('a', 'id'), column('b', 'id')),
    columns(column('b', 'id'), column('a', 'id')),
  ],
  [
    '[viewdef-15] types',
    columns(column('a', 'id', { type: 'id' })),
    columns(column('a', 'active', { type: 'boolean' })),
  ],
  ['[viewdef-15 viewdef-18] values', columns(column('a', 'id')), columns(column('a', 'active'))],
])('branches of a union that differ in their %s are refused', async (_, [one], [other]) => {
  const response = await post(server.fhirUrl, [subject(view({ select: [{ unionAll: [one, other] }] }))]);
  expect((await refusalOf(response)).status).toBe(422);
});

test('[viewdef-17] columns come in the order of the view: its own, then nested ones, then those of the union', async () => {
  const ordered = view({
    select: [
      {
        unionAll: columns(column('last', 'id')),
        select: columns(column('nested', 'id')),
        column: [column('own', 'id')],
      },
      { column: [column('sibling', 'id')] },
    ],
  });
  const [file] = await filesOf(ordered, format('csv'));
  expect(file?.body.toString('utf8').split('\n')[0]).toBe('own,nested,last,sibling');
});

test('[viewdef-19] several values in a column that is no collection fail, and in a collection they are a list', async () => {
  const families = (more: object) => view({ select: columns(column('family', 'name.family', more)) });
  expect(rowsIn(await filesOf(families({ collection: true })))).toEqual([
    { family: ['A'] },
    { family: ['B', 'B2'] },
    { family: [] },
  ]);
  const status = await accepted(await post(server.fhirUrl, [subject(families({}))]));
  await expect(download(status)).rejects.toThrow(/result: 4\d\d|result: 5\d\d/);
});

test('[viewdef-6 viewdef-7 viewdef-18] values have the type of their column in Parquet', async () => {
  const typed = view({
    select: columns(
      column('id', 'id', { type: 'id' }),
      column('active', 'active', { type: 'boolean' }),
      column('names', 'name.count()', { type: 'integer' }),
    ),
  });
  const [file] = await filesOf(typed, format('parquet'));
  const bytes = Uint8Array.from(file?.body ?? []);
  expect(await parquetReadObjects({ file: bytes.buffer })).toEqual([
    { id: 'a', active: true, names: 1 },
    { id: 'b', active: false, names: 2 },
    { id: 'c', active: null, names: 0 },
  ]);
});

test('[viewdef-5] a run of no rows as Parquet tells the columns of a view and their types', async () => {
  const typed = view({
    select: columns(
      column('id', 'id', { type: 'id' }),
      column('active', 'active', { type: 'boolean' }),
      column('names', 'name.count()', { type: 'integer' }),
      column('families', 'name.family', { type: 'string', collection: true }),
    ),
  });
  const response = await invoke(
    server.fhirUrl,
    SQL_RUN,
    '/$sql-run',
    parametersOf([...holding(SQL_RUN, typed), format('parquet'), { name: '_limit', valueInteger: 0 }]),
  );
  expect(response.status).toBe(200);
  const { schema, num_rows: rows } = parquetMetadata(await response.arrayBuffer());
  expect(Number(rows)).toBe(0);
  expect(
    schema.slice(1).map(({ name, type, converted_type: converted }) => [name, converted ?? type]),
  ).toEqual([
    ['id', 'UTF8'],
    ['active', 'BOOLEAN'],
    ['names', 'INT32'],
    ['families', 'LIST'],
    ['list', undefined],
    ['element', 'UTF8'],
  ]);
});

test.each(['job', 'manifest', 'request', 'plan', 'deleted'])('an output may be called %s', async (name) => {
  const status = await accepted(await post(server.fhirUrl, [subject(view(), outputName(name))]));
  expect(rowsIn((await download(status)).outputs.get(name))).toHaveLength(3);
});

test('branches of a union have one set of columns in CSV', async () => {
  const branches = [...columns(column('a', 'id')), ...columns(column('a', 'name.first().family'))];
  const [file] = await filesOf(view({ select: [{ unionAll: branches }] }), format('csv'));
  expect(file?.body.toString('utf8').split('\n').slice(0, 3)).toEqual(['a', 'a', 'A']);
});

test('[viewdef-23] a text has the form that FHIR gives to its type', async () => {
  const born = view({ select: columns(column('id', 'id'), column('born', 'birthDate', { type: 'date' })) });
  expect(rowsIn(await filesOf(born))[0]).toEqual({ id: 'a', born: '1970-06' });
});

import { expect, test } from '@jest/globals';
import { programOf } from './program-of.js';

const table = (id: string) => ({
  kind: 'view' as const,
  id,
  canonical: `http://x.org/${id}`,
  view: {},
  columns: [],
});
const view = (id: string, names: Record<string, string>) => ({
  id,
  canonical: `http://x.org/${id}`,
  sql: 'SELECT 1',
  names,
});
const sql = {
  tables: ['r1', 'r2', 'r3'].map(table),
  views: [view('v1', { a: 'r1' }), view('v2', { b: 'v1', c: 'r1' }), view('v3', { a: 'r3' })],
};
const query = (names: Record<string, string>) => ({ query: { sql: 'SELECT 2', names }, values: [] });

test('a subject gets the relations that it needs, also through views, in the order of the request', () => {
  const { tables, views } = programOf({ sql }, query({ x: 'v2', y: 'r2' }));
  expect(tables.map(({ id }) => id)).toEqual(['r1', 'r2']);
  expect(views.map(({ id }) => id)).toEqual(['v1', 'v2']);
});

test('a query that stands on nothing has a program, and one that stands on what is not there has none', () => {
  expect(programOf({}, query({}))).toMatchObject({ tables: [], views: [] });
  expect(() => programOf({ sql }, query({ x: 'r9' }))).toThrow('no relation r9');
});

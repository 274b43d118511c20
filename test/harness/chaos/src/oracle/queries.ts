import type { Cell, OracleRow } from './views.js';

/** A query over views and, written out by hand, the rows that it must give. */
export interface OracleQuery {
  readonly name: string;
  readonly sql: string;
  /** The views that it selects from, under their names. */
  readonly over: readonly string[];
  rows(tables: ReadonlyMap<string, readonly OracleRow[]>): OracleRow[];
}

export const ORACLE_QUERIES: readonly OracleQuery[] = [
  {
    name: 'counted',
    sql: 'SELECT unit, count(*) AS n, count(value) AS valued FROM measured GROUP BY unit ORDER BY unit NULLS FIRST',
    over: ['measured'],
    rows(tables) {
      const units = new Map<string, { n: number; valued: number }>();
      for (const { unit = null, value = null } of tables.get('measured') ?? []) {
        const key = typeof unit === 'string' ? unit : '';
        const count = units.get(key) ?? { n: 0, valued: 0 };
        units.set(key, { n: count.n + 1, valued: count.valued + (value === null ? 0 : 1) });
      }
      return [...units]
        .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        .map(([unit, { n, valued }]) => {
          return { unit: unit === '' ? null : unit, n: { number: `${n}` }, valued: { number: `${valued}` } };
        });
    },
  },
  {
    name: 'housed',
    sql: `SELECT m.id, p.born, p.city FROM measured m JOIN people p ON p.id = m.patient
      WHERE p.city IS NOT NULL ORDER BY m.id, p.city, p.born`,
    over: ['measured', 'people'],
    rows(tables) {
      const people = new Map<unknown, OracleRow[]>();
      for (const row of tables.get('people') ?? [])
        people.set(row['id'], [...(people.get(row['id']) ?? []), row]);
      return (tables.get('measured') ?? [])
        .flatMap(({ id = null, patient }) =>
          (people.get(patient) ?? []).map(({ born = null, city = null }) => ({ id, born, city })),
        )
        .filter(({ city }) => city !== null)
        .map((row) => ({ row, key: Buffer.from(`${textOf(row.id)}\0${textOf(row.city)}`) }))
        .sort((a, b) => Buffer.compare(a.key, b.key))
        .map(({ row }) => row);
    },
  },
];

/** Ids and names of cities are texts. */
function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : '';
}

export function oracleQuery(name: string): OracleQuery | undefined {
  return ORACLE_QUERIES.find((query) => query.name === name);
}

import type { Random } from '../random.js';

/** The declared type of a column; only Parquet looks at it. */
export interface GeneratedColumnType {
  readonly type?: string;
  readonly tag?: readonly { readonly name: 'ansi/type'; readonly value: string }[];
}

type SqlTypes = readonly [string, ...string[]];

const TEXT: SqlTypes = ['CHARACTER VARYING', 'VARCHAR(400)', 'CHAR(5)'];
const MOMENT: SqlTypes = ['CHARACTER VARYING', 'TIMESTAMP WITH TIME ZONE', 'TIMESTAMP', 'DATE'];

/** SQL types that most values of a FHIR type can be cast to; some fit some values only, such as partial dates. */
const sqlTypes: ReadonlyMap<string, SqlTypes> = new Map<string, SqlTypes>([
  ['boolean', ['BOOLEAN', 'CHARACTER VARYING']],
  ['integer', ['INTEGER', 'BIGINT', 'SMALLINT', 'DECIMAL(12, 2)', 'DOUBLE PRECISION', 'CHARACTER VARYING']],
  ['decimal', ['CHARACTER VARYING', 'DECIMAL(18, 6)', 'DECIMAL(38, 20)', 'DOUBLE PRECISION', 'REAL']],
  ['date', ['CHARACTER VARYING', 'DATE', 'TIMESTAMP']],
  ['dateTime', MOMENT],
  ['instant', MOMENT],
  ['time', ['CHARACTER VARYING', 'TIME']],
  ['string', TEXT],
  ['code', TEXT],
  ['uri', TEXT],
]);

/** Nothing, the FHIR type of the values, or an SQL type as well. */
export function generateColumnType(type: string | undefined, random: Random): GeneratedColumnType {
  if (type === undefined || !random.chance(50)) return {};
  const fitting = sqlTypes.get(type);
  if (fitting === undefined || random.chance(40)) return { type };
  return { type, tag: [{ name: 'ansi/type', value: random.pick(fitting) }] };
}

import { COLUMN_EXTENSION } from './declared.js';
import type { Parameter } from './parameters.js';

/** A column of the rows of an output. What the server does not know is undefined. */
export interface OutputColumn {
  readonly name: string;
  readonly fhirType: string | undefined;
  /** Whether a cell is a list; the types are those of its entries then. */
  readonly collection: boolean;
  /** That of SQL: ANSI for views, and for SQL that of the engine of the server. */
  readonly sqlType: string | undefined;
  /** The physical type in Parquet files, and the logical one in parentheses. */
  readonly parquetType: string | undefined;
}

/** The columns of an output, in their order; undefined where the server does not tell them. */
export function readColumns({ extension = [] }: Parameter): readonly OutputColumn[] | undefined {
  const columns = extension.filter(({ url }) => url === COLUMN_EXTENSION).flatMap(readColumn);
  return columns.length === 0 ? undefined : columns;
}

function readColumn({ extension = [] }: NonNullable<Parameter['extension']>[number]): OutputColumn[] {
  const fact = (name: string) => extension.find(({ url }) => url === name);
  const name = fact('name')?.valueString;
  if (name === undefined) return [];
  return [
    {
      name,
      fhirType: fact('fhirType')?.valueCode,
      collection: fact('collection')?.valueBoolean === true,
      sqlType: fact('sqlType')?.valueString,
      parquetType: fact('parquetType')?.valueString,
    },
  ];
}

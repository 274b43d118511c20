import { sqlTypeName } from '@millrace/viewdef';
import { stringify } from 'yaml';
import { filePattern } from '../loaded-table.js';
import type { Dialect, LoadedTable } from '../loaded-table.js';

/**
 * A file of sources. dbt-duckdb reads the files of `external_location`; for other adapters the tables are those of the statements
 * for their engine. https://docs.getdbt.com/reference/source-properties
 */
export const DBT: Dialect = {
  formats: ['parquet', 'csv', 'ndjson'],
  instead: '',
  text: (tables, { schema }) =>
    stringify(
      {
        version: 2,
        sources: [
          {
            name: 'fhir',
            description: 'Tables of FHIR data, by SQL on FHIR views',
            ...(schema === undefined ? {} : { schema }),
            tables: tables.map((table) => ({
              name: table.name,
              config: { meta: { external_location: reader(table) } },
              columns: table.columns.map(({ name, type, isList }) => ({
                name,
                data_type: isList ? `${sqlTypeName(type)}[]` : sqlTypeName(type),
              })),
            })),
          },
        ],
      },
      { lineWidth: 0 },
    ),
};

function reader(table: LoadedTable): string {
  const reads = { parquet: 'read_parquet', csv: 'read_csv', ndjson: 'read_ndjson' }[table.format];
  const path = `${table.folder}/${filePattern(table)}`.replaceAll("'", "''");
  return `${reads}('${path}')`;
}

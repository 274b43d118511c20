import { sqlTypeName } from '@millrace/viewdef';
import { stringify } from 'yaml';
import type { Dialect } from '../loaded-table.js';
import { duckdbRefusal, duckdbSource } from './duckdb.js';

/**
 * A file of sources. dbt-duckdb reads what `external_location` selects from; for other adapters the tables are those of the statements
 * for their engine. https://docs.getdbt.com/reference/source-properties
 */
export const DBT: Dialect = {
  formats: ['parquet', 'csv', 'ndjson'],
  instead: '',
  takesPattern: true,
  refusal: duckdbRefusal,
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
              config: { meta: { external_location: duckdbSource(table) } },
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

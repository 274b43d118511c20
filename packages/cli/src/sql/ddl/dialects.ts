import { BIGQUERY } from './dialects/bigquery.js';
import { DBT } from './dialects/dbt.js';
import { DUCKDB } from './dialects/duckdb.js';
import { POSTGRES } from './dialects/postgres.js';
import { SNOWFLAKE } from './dialects/snowflake.js';
import { SPARK } from './dialects/spark.js';
import { TRINO } from './dialects/trino.js';
import type { Dialect } from './loaded-table.js';

/** By the name that the option has. */
export const DIALECTS: Readonly<Record<string, Dialect>> = {
  duckdb: DUCKDB,
  postgres: POSTGRES,
  snowflake: SNOWFLAKE,
  bigquery: BIGQUERY,
  spark: SPARK,
  trino: TRINO,
  dbt: DBT,
};

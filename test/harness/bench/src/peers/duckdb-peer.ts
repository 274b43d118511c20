import { duckdbStatement } from './duckdb-sql.js';
import type { FoundPeer } from './peer.js';

/** DuckDB in this process, with SQL that was typed for each of the bundled views. */
export async function findDuckdb(threads: number): Promise<FoundPeer> {
  const name = 'duckdb';
  const duckdb = await import('@duckdb/node-api').catch(() => undefined);
  if (duckdb === undefined) return { name, absent: '@duckdb/node-api is not installed' };
  const instance = await duckdb.DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  return {
    name,
    run({ view, input, output, format }) {
      const statement = duckdbStatement(view.name, input, output, format);
      if (statement === undefined) return undefined;
      const startedAt = performance.now();
      return connection.run(statement).then(({ rowsChanged }) => {
        return { seconds: (performance.now() - startedAt) / 1000, rows: rowsChanged };
      });
    },
  };
}

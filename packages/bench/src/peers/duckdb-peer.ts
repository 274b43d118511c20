import { duckdbStatement } from './duckdb-sql.js';
import type { FoundPeer } from './peer.js';

/** What is used of the package. It is loaded where it is installed and needed nowhere else. */
interface DuckDB {
  readonly DuckDBInstance: {
    create(path: string, options: Readonly<Record<string, string>>): Promise<Instance>;
  };
}
interface Instance {
  connect(): Promise<{ run(sql: string): Promise<{ readonly rowsChanged: number }> }>;
}

const PACKAGE: string = '@duckdb/node-api';

/** DuckDB in this process, with SQL that was typed for each of the bundled views. */
export async function findDuckdb(threads: number): Promise<FoundPeer> {
  const name = 'duckdb';
  let duckdb: DuckDB;
  try {
    duckdb = (await import(PACKAGE)) as DuckDB;
  } catch {
    return { name, absent: `${PACKAGE} is not installed` };
  }
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

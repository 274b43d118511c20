import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { commandFor } from '../peers/command-peers.js';
import type { PeerCommand } from '../peers/command-peers.js';
import { duckdbStatement } from '../peers/duckdb-sql.js';
import type { PeerJob } from '../peers/peer.js';

const MILLRACE = fileURLToPath(new URL('../../../../../packages/cli/bin/millrace.cjs', import.meta.url));
const FLOOR = fileURLToPath(new URL('../../dist/run/floor-program.js', import.meta.url));

/** A program that is started anew for each job. */
export interface Program {
  readonly name: string;
  /** It reads no input, so that only its start is measured. */
  readonly isStart?: true;
  /** The command line; undefined for a job that it cannot do. */
  command(job: PeerJob): readonly string[] | undefined;
}

/** Node without a program: what starting costs all that run on it. */
export const node: Program = {
  name: 'node',
  isStart: true,
  command: () => [process.execPath, '-e', '0'],
};

/** `JSON.parse` of each line. It has one thread and writes nothing. */
export const floor: Program = { name: 'floor', command: ({ input }) => [process.execPath, FLOOR, input] };

/** The command line of `millrace --help`. */
export const HELP: readonly string[] = [process.execPath, MILLRACE, '--help'];

export const millrace: Program = {
  name: 'millrace',
  command({ view, input, output, format, threads }) {
    const places = ['--view', view.file, '--input', input, '--out', output];
    return [process.execPath, MILLRACE, 'run', ...places, '--format', format, '--threads', String(threads)];
  },
};

/**
 * The command line of DuckDB, such as `duckdb-cli` of PyPI has it; undefined where there is none.
 *
 * @param path of the program, or its name
 */
export function findDuckdbCommand(path: string): Program | undefined {
  if (spawnSync(path, ['--version']).status !== 0) return undefined;
  return {
    name: 'duckdb',
    command({ view, input, output, format, threads }) {
      const statement = duckdbStatement(view.name, input, output, format);
      if (statement === undefined) return undefined;
      return [path, ':memory:', '-c', `SET threads TO ${threads}; ${statement}`];
    },
  };
}

/** A program of `MILLRACE_PEERS`. */
export function peerProgram({ name, command }: PeerCommand): Program {
  return { name, command: (job) => commandFor(command, job) };
}

// The program of the child process in which DuckDB is. SQL of clients runs here and nowhere else.
import { writeFileSync } from 'node:fs';
import { SqlEngineError, SqlFault } from '../sql-fault.js';
import { analyse } from './analyse.js';
import type { Answer, Order } from './messages.js';
import { readPrepareError } from './read-error.js';
import { run } from './run.js';
import { openSession } from './session.js';
import type { Session } from './session.js';

/** Memory for the trees and plans of an analysis, which has no data. */
const ANALYSIS_BYTES = 128 << 20;

/** Opening a database takes longer than an analysis, so that one waits for each. */
let spare: Promise<Session> | undefined;
const openSpare = (): Promise<Session> => openSession({ memoryBytes: ANALYSIS_BYTES, threads: 1 });

async function carryOut(order: Order): Promise<Answer> {
  try {
    if (order.kind === 'run') return { kind: 'done', result: await run(order.request) };
    const session = await (spare ?? openSpare());
    spare = undefined;
    try {
      return { kind: 'analysed', columns: await analyse(session, order.program, order.format) };
    } finally {
      session.close();
    }
  } catch (error) {
    if (error instanceof SqlFault) {
      return { kind: 'fault', fault: error.kind, message: error.message, position: error.position };
    }
    // Outside of the SQL of a client, no error quotes it.
    const message = error instanceof SqlEngineError ? error.message : readPrepareError(error).message;
    return { kind: 'failed', message };
  }
}

const send = (answer: Answer): void => {
  process.send?.(answer);
};

if (process.send === undefined) throw new Error('duckdb-process.js is started as a child process only');

// The first one to end where memory runs out is this process, and not the one that it serves.
if (process.platform === 'linux') {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // A system may forbid it; the limits of the engine hold all the same.
  }
}
// Nobody waits for an answer any more. DuckDB may be in the middle of a query, which an ordinary end would wait for.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', (order: Order) => {
  void carryOut(order).then((answer) => {
    send(answer);
    if (order.kind === 'analyse') spare ??= openSpare();
  });
});
spare = openSpare();
void spare.then(() => send({ kind: 'ready' }));

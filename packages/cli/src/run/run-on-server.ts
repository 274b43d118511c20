import { runView, ServerRefusedError, type RunAnswer, type RunOrder } from '@millrace/client';
import type { Format } from '@millrace/formats';
import { CommandFailedError, reasonOf, UsageError } from '../errors.js';
import { refusedViews } from '../export/refused-views.js';
import { harmlessName, say, type Terminal } from '../terminal.js';
import type { ViewFile } from '../view-file.js';
import { refuseOverwriting } from './refuse-overwriting.js';
import { outputsFor } from './run-outputs.js';
import type { ServerOptions } from './server-options.js';

interface WantedRun extends ServerOptions {
  readonly server: string;
  readonly format: Format;
  readonly out?: string;
  readonly header: boolean;
  readonly limit?: number;
  readonly handling: 'lenient' | 'strict';
}

/**
 * Evaluates views on a server, one after the other, and streams the rows of each to its output.
 *
 * @throws CommandFailedError when the server refuses one, or breaks off
 */
export async function runOnServer(
  wanted: WantedRun,
  files: readonly ViewFile[],
  terminal: Terminal,
): Promise<void> {
  if (wanted.limit !== undefined && files.length > 1)
    throw new UsageError(`--limit is for one view, and there are ${files.length}: run them apart`);
  const outputs = await outputsFor(wanted, files, terminal);
  await refuseOverwriting(outputs.files, { inputs: [], views: files.map(({ path }) => path) });
  for (const [index, file] of files.entries()) {
    const answer = await ask(wanted, file, terminal);
    tellNotices(answer, file, terminal);
    const sink = await outputs.open(index);
    try {
      for await (const bytes of answer.bytes) await sink.write(bytes);
    } catch (error) {
      await sink.abort();
      throw error;
    }
    await sink.commit({ late: [] });
  }
}

async function ask(wanted: WantedRun, file: ViewFile, terminal: Terminal): Promise<RunAnswer> {
  const { server, format, header, limit, source, since, patient, group, handling } = wanted;
  const { signal, env } = terminal;
  const token = env['MILLRACE_TOKEN'];
  const order: RunOrder = {
    subject: { resource: file.view },
    format,
    header: format === 'csv' ? header : undefined,
    limit,
    source,
    since,
    patients: patient,
    groups: group,
    handling,
  };
  try {
    return await runView(server, order, {
      signal,
      authorization: token === undefined ? undefined : () => `Bearer ${token}`,
      onFailed: (failure, waitMs = 0) =>
        say(
          terminal,
          `${harmlessName(reasonOf(failure))}; it is asked again in ${Math.ceil(waitMs / 1000)} s`,
        ),
    });
  } catch (error) {
    const isUnknown = error instanceof ServerRefusedError && (error.status === 401 || error.status === 403);
    if (!isUnknown) throw refusedViews(error, [file]);
    const hint =
      token === undefined
        ? 'MILLRACE_TOKEN may have a bearer token'
        : 'the server does not take the token of MILLRACE_TOKEN';
    throw new CommandFailedError(`${error.message}; ${hint}`, { cause: error });
  }
}

function tellNotices({ notices }: RunAnswer, { name }: ViewFile, terminal: Terminal): void {
  for (const { kind, count } of notices) {
    const often = count === undefined ? 'where there are some, and does not say so here' : `${count} time(s)`;
    say(
      terminal,
      `warning: view ${harmlessName(JSON.stringify(name))}: the server tells of "${kind}", ${often}`,
    );
  }
}

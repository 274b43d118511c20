import {
  auditEventListSchema,
  changeSchema,
  exportListSchema,
  leaseListSchema,
  shownExportSchema,
  shownTaskSchema,
  taskListSchema,
  workerListSchema,
} from '@millrace/protocol/admin';
import type { Command } from 'commander';
import { Argument, Option } from 'commander';
import type { z } from 'zod';
import { UsageError } from '../errors.js';
import { dateOrInstant, httpUrl, wholeNumber } from '../option-values.js';
import { print, say, type Terminal } from '../terminal.js';
import { findOperations, OPERATIONS_VARIABLE } from './find-operations.js';
import { askOperations } from './operations-client.js';
import type { OperationsServer } from './operations-client.js';
import { showAudit } from './show-audit.js';
import { showChange } from './show-change.js';
import { showExport, showExports, showFailures, showLeases, showWorkers } from './show-exports.js';
import { addStore } from './store-commands.js';
import { showTask, showTasks } from './show-tasks.js';

interface AdminOptions {
  readonly operations?: string;
  readonly tokenFile?: string;
  readonly json: boolean;
  readonly write: boolean;
}

interface PageOptions {
  readonly count: number;
  readonly cursor?: string;
}

/** Commands with which operators look at the system, and change it with `--write`. */
export function declareAdmin(admin: Command, terminal: Terminal): void {
  admin
    .addOption(
      new Option(
        '--operations <url>',
        `operations address of an API (default: ${OPERATIONS_VARIABLE}, that of the millrace up that runs, or http://127.0.0.1:9464)`,
      ).argParser(httpUrl),
    )
    .option('--token-file <file>', 'file that holds the operator token, if the API asks for one')
    .option('--json', 'prints the answer of the server as it is', false)
    .option('--write', 'allows commands that change something', false);
  const server = async (): Promise<OperationsServer> => {
    const { operations, tokenFile } = admin.opts<AdminOptions>();
    const { url, how } = await findOperations(operations, terminal);
    return { url, how, tokenFile, signal: terminal.signal };
  };
  async function show<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    render: (answer: z.output<Schema>, now: number) => string,
    method: 'GET' | 'POST' | 'DELETE' = 'GET',
  ): Promise<void> {
    const answer = await askOperations(await server(), path, method);
    const { json } = admin.opts<AdminOptions>();
    const known = json ? undefined : schema.safeParse(answer);
    if (known?.success === true) {
      print(terminal, render(known.data, terminal.now()));
      return;
    }
    if (known !== undefined)
      say(terminal, 'warning: this version does not know the form of the answer; the whole answer follows');
    print(terminal, JSON.stringify(answer, undefined, 2));
  }
  function requireWrite(what: string): void {
    if (admin.opts<AdminOptions>().write) return;
    throw new UsageError(`${what} changes something: use admin --write`);
  }
  async function change(path: string, method: 'POST' | 'DELETE', what: string): Promise<void> {
    requireWrite(what);
    await show(path, changeSchema, showChange, method);
  }
  addTasks(admin, show, change);
  addExports(admin, show, change);
  addStore(admin, terminal, requireWrite, () => admin.opts<AdminOptions>().json);
  admin
    .command('workers')
    .description('lists the workers that are registered')
    .action(() => show('workers', workerListSchema, showWorkers));
  paged(
    admin.command('leases').description('lists the steps that workers hold, and when each lease ends'),
    'count',
  ).action(({ count }: PageOptions) => show(`leases?_count=${count}`, leaseListSchema, showLeases));
  paged(
    admin
      .command('audit')
      .command('list')
      .description('lists requests, who made them and how they ended, in the order of completion'),
  )
    .option('--since <instant>', 'only entries completed at this time or later', dateOrInstant)
    .option('--before <instant>', 'only entries completed before this time', dateOrInstant)
    .action((options: PageOptions & { since?: string; before?: string }) => {
      const query = pageQuery(options);
      if (options.since !== undefined) query.append('date', `ge${options.since}`);
      if (options.before !== undefined) query.append('date', `lt${options.before}`);
      return show(`AuditEvent?${query.toString()}`, auditEventListSchema, showAudit);
    });
}

type Show = <Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  render: (answer: z.output<Schema>, now: number) => string,
) => Promise<void>;
type Change = (path: string, method: 'POST' | 'DELETE', what: string) => Promise<void>;

function addTasks(admin: Command, show: Show, change: Change): void {
  const tasks = admin.command('tasks').description('background tasks');
  const name = () => new Argument('<name>', 'name of a task, as "tasks list" shows it');
  tasks
    .command('list')
    .description('lists all background tasks and what each did last')
    .action(() => show('background-tasks', taskListSchema, showTasks));
  tasks
    .command('show')
    .description('shows the latest activation of a task, with its counts')
    .addArgument(name())
    .action((task: string) =>
      show(`background-tasks/${encodeURIComponent(task)}`, shownTaskSchema, showTask),
    );
  tasks
    .command('activate')
    .description('runs a task now')
    .addArgument(name())
    .action((task: string) =>
      change(`background-tasks/${encodeURIComponent(task)}/activate`, 'POST', 'tasks activate'),
    );
}

function addExports(admin: Command, show: Show, change: Change): void {
  const exports = admin.command('exports').description('exports of all tenants');
  const id = () => new Argument('<id>', 'id of an export');
  const at = (export_: string, verb = '') => `exports/${encodeURIComponent(export_)}${verb}`;
  paged(exports.command('list').description('lists exports and their states'))
    .addOption(
      new Option(
        '--state <state>',
        'live: exports that run or wait; over: exports that have ended, the last one first',
      )
        .choices(['live', 'over'])
        .default('live'),
    )
    .addOption(
      new Option('--failed', 'exports that have failed, the last one first, with their reasons').conflicts(
        'state',
      ),
    )
    .action((options: PageOptions & { state: string; failed?: true }) => {
      const query = pageQuery(options);
      query.set('state', options.failed ? 'failed' : options.state);
      const ifNone =
        options.state === 'over'
          ? 'no export that has ended is kept'
          : 'no export runs or waits; --state over lists those that have ended';
      return show(`exports?${query.toString()}`, exportListSchema, (list, now) =>
        options.failed ? showFailures(list, now) : showExports(list, now, ifNone),
      );
    });
  exports
    .command('show')
    .description('shows everything known about an export, and which workers hold its steps')
    .addArgument(id())
    .action((export_: string) => show(at(export_), shownExportSchema, showExport));
  exports
    .command('cancel')
    .description('cancels an export')
    .addArgument(id())
    .action((export_: string) => change(at(export_, '/cancel'), 'POST', 'exports cancel'));
  exports
    .command('delete')
    .description('removes the files and the record of an export that has ended')
    .addArgument(id())
    .action((export_: string) => change(at(export_), 'DELETE', 'exports delete'));
}

function paged(command: Command, ...only: readonly 'count'[]): Command {
  command.option('--count <n>', 'lists at most this many entries', wholeNumber(1, 1_000), 100);
  return only.length > 0
    ? command
    : command.option('--cursor <text>', 'continues a listing from the cursor that it ended with');
}

function pageQuery({ count, cursor }: PageOptions): URLSearchParams {
  return new URLSearchParams({ _count: String(count), ...(cursor === undefined ? {} : { _cursor: cursor }) });
}

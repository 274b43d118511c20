import {
  auditEventListSchema,
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
import { askOperations } from './operations-client.js';
import type { OperationsServer } from './operations-client.js';
import { showAudit } from './show-audit.js';
import { showExport, showExports, showLeases, showWorkers } from './show-exports.js';
import { addStore } from './store-commands.js';
import { showTask, showTasks } from './show-tasks.js';

interface AdminOptions {
  readonly operations: string;
  readonly tokenFile?: string;
  readonly json: boolean;
  readonly write: boolean;
}

interface PageOptions {
  readonly count: number;
  readonly cursor?: string;
}

/** Adds `admin`: what operators see, and with `--write` what they change. */
export function addAdmin(root: Command, terminal: Terminal): void {
  const admin = root
    .command('admin')
    .description('shows what the system does, for operators; changes something only with --write')
    .addOption(
      new Option('--operations <url>', 'operations address of an API')
        .argParser(httpUrl)
        .default('http://127.0.0.1:9464'),
    )
    .option('--token-file <file>', 'file with the token of operators, where one is configured')
    .option('--json', 'prints what the server answers', false)
    .option('--write', 'allows what changes something', false);
  const server = (): OperationsServer => {
    const { operations, tokenFile } = admin.opts<AdminOptions>();
    return { url: operations, tokenFile, signal: terminal.signal };
  };
  async function show<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    render: (answer: z.output<Schema>, now: number) => string,
  ): Promise<void> {
    const answer = await askOperations(server(), path);
    const { json } = admin.opts<AdminOptions>();
    const known = json ? undefined : schema.safeParse(answer);
    if (known?.success === true) {
      print(terminal, render(known.data, terminal.now()));
      return;
    }
    if (known !== undefined)
      say(terminal, 'warning: the server answers in a form that is not known here; this is all of it');
    print(terminal, JSON.stringify(answer, undefined, 2));
  }
  function requireWrite(what: string): void {
    if (admin.opts<AdminOptions>().write) return;
    throw new UsageError(`${what} changes something: say admin --write`);
  }
  async function change(path: string, method: 'POST' | 'DELETE', what: string): Promise<void> {
    requireWrite(what);
    const answer = await askOperations(server(), path, method);
    print(terminal, JSON.stringify(answer));
  }
  addTasks(admin, show, change);
  addExports(admin, show, change);
  addStore(admin, terminal, requireWrite, () => admin.opts<AdminOptions>().json);
  admin
    .command('workers')
    .description('workers that are known')
    .action(() => show('workers', workerListSchema, showWorkers));
  paged(admin.command('leases').description('steps that workers have, and until when'), 'count').action(
    ({ count }: PageOptions) => show(`leases?_count=${count}`, leaseListSchema, showLeases),
  );
  paged(admin.command('audit').command('list').description('who did what, in the order of completion'))
    .option('--since <instant>', 'completed then or later', dateOrInstant)
    .option('--before <instant>', 'completed before', dateOrInstant)
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
  const name = () => new Argument('<name>', 'as tasks list shows it');
  tasks
    .command('list')
    .description('all of them, and what they did last')
    .action(() => show('background-tasks', taskListSchema, showTasks));
  tasks
    .command('show')
    .description('the latest activation of one, with its counts')
    .addArgument(name())
    .action((task: string) =>
      show(`background-tasks/${encodeURIComponent(task)}`, shownTaskSchema, showTask),
    );
  tasks
    .command('activate')
    .description('runs one now')
    .addArgument(name())
    .action((task: string) =>
      change(`background-tasks/${encodeURIComponent(task)}/activate`, 'POST', 'tasks activate'),
    );
}

function addExports(admin: Command, show: Show, change: Change): void {
  const exports = admin.command('exports').description('exports of all tenants');
  const id = () => new Argument('<id>', 'id of an export');
  const at = (export_: string, verb = '') => `exports/${encodeURIComponent(export_)}${verb}`;
  paged(exports.command('list').description('how they stand'))
    .addOption(
      new Option('--state <state>', 'those that run or wait, or those that are over')
        .choices(['live', 'over'])
        .default('live'),
    )
    .action((options: PageOptions & { state: string }) => {
      const query = pageQuery(options);
      query.set('state', options.state);
      return show(`exports?${query.toString()}`, exportListSchema, showExports);
    });
  exports
    .command('show')
    .description('all that is known of one, and who works on it')
    .addArgument(id())
    .action((export_: string) => show(at(export_), shownExportSchema, showExport));
  exports
    .command('cancel')
    .description('ends one')
    .addArgument(id())
    .action((export_: string) => change(at(export_, '/cancel'), 'POST', 'exports cancel'));
  exports
    .command('delete')
    .description('removes the files and the record of one that is over')
    .addArgument(id())
    .action((export_: string) => change(at(export_), 'DELETE', 'exports delete'));
}

function paged(command: Command, ...only: readonly 'count'[]): Command {
  command.option('--count <n>', 'most entries that are listed', wholeNumber(1, 1_000), 100);
  return only.length > 0 ? command : command.option('--cursor <text>', 'goes on where a listing ended');
}

function pageQuery({ count, cursor }: PageOptions): URLSearchParams {
  return new URLSearchParams({ _count: String(count), ...(cursor === undefined ? {} : { _cursor: cursor }) });
}

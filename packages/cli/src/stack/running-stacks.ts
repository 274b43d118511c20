import { chmod, lstat, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

/** A `millrace up` of this user that runs on this machine. */
const runningStackSchema = z.object({
  /** Of `millrace up` itself. */
  pid: z.int().positive(),
  /** Start of the process, in the units of its system; tells it from a later process with the same id. Absent: unknown. */
  born: z.string().optional(),
  operationsUrl: z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ }),
  /** Absolute, or `s3://…`: what a person tells two of them apart by. */
  out: z.string(),
});
export type RunningStack = z.infer<typeof runningStackSchema>;

/** A file with the stack is in it while one runs. Nobody else may read or write there. */
export function runtimeFolder(env: Readonly<Record<string, string | undefined>>): string {
  const given = env['XDG_RUNTIME_DIR'];
  if (given !== undefined && given !== '') return join(given, 'millrace');
  return join(tmpdir(), `millrace-${process.getuid?.() ?? 'user'}`);
}

/**
 * Tells others of this user that a stack runs, until it is disposed of. Files of processes that have ended are removed.
 *
 * @throws where the folder cannot be made or is not this user's alone
 */
export async function announceStack(
  folder: string,
  told: Pick<RunningStack, 'operationsUrl' | 'out'>,
): Promise<AsyncDisposable> {
  const { pid } = process;
  const born = await birthOf(pid);
  const stack: RunningStack = { pid, ...(born === undefined ? {} : { born }), ...told };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!(await isOwn(folder))) throw new Error(`${folder} is not a folder of this user alone`);
  for (const { path, stack: other } of await announcements(folder))
    if (other === undefined || !(await isRunning(other))) await rm(path, { force: true });
  const path = join(folder, `up-${pid}.json`);
  const temporary = `${path}.tmp`;
  await writeFile(temporary, `${JSON.stringify(stack)}\n`, { mode: 0o600 });
  // It may have been there before.
  await chmod(temporary, 0o600);
  await rename(temporary, path);
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

/** Those whose process is alive. Empty where there is no folder, or others may write to it. */
export async function runningStacks(folder: string): Promise<readonly RunningStack[]> {
  if (!(await isOwn(folder))) return [];
  const running: RunningStack[] = [];
  for (const { stack } of await announcements(folder))
    if (stack !== undefined && (await isRunning(stack))) running.push(stack);
  return running;
}

async function announcements(
  folder: string,
): Promise<readonly { readonly path: string; readonly stack: RunningStack | undefined }[]> {
  const names = (await readdir(folder)).filter((name) => /^up-\d+[.]json$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, stack: parsed(await readFile(path, 'utf8').catch(() => '')) };
    }),
  );
}

function parsed(text: string): RunningStack | undefined {
  try {
    return runningStackSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Another user could have made a folder of this name before, in a place that all users share. */
async function isOwn(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) return false;
  if (process.getuid === undefined) return true;
  return found.uid === process.getuid() && (found.mode & 0o077) === 0;
}

async function isRunning({ pid, born }: RunningStack): Promise<boolean> {
  return isAlive(pid) && (born === undefined || born === (await birthOf(pid)));
}

/** Only Linux tells it: field 22 of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html. */
async function birthOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is a name, in brackets, that may hold anything.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is alive, and is none of ours.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

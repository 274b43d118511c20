import { join } from 'node:path';
import {
  countOutcomes,
  exportBulk,
  type BulkLevel,
  type BulkOptions,
  type Credentials,
  type FinishedBulk,
  type Interruption,
  type JournalFile,
} from '@millrace/client';
import { credentialsFor, type Login } from '../login.js';
import { reasonOf } from '../errors.js';
import { harmlessName, print, say, type Terminal } from '../terminal.js';
import { progressDisplay, type ProgressDisplay } from './progress-display.js';
import { toldFailure } from './told-failure.js';

export interface WantedResources {
  readonly server: string;
  readonly level: BulkLevel;
  readonly out: string;
  readonly parallel: number;
  readonly source?: string;
  readonly since?: string;
  readonly until?: string;
  readonly type?: readonly string[];
  readonly elements?: readonly string[];
  readonly typeFilter?: readonly string[];
  readonly patient?: readonly string[];
  readonly includeAssociatedData?: readonly string[];
  readonly allowPartialManifests?: true;
  readonly organizeOutputBy?: string;
  readonly v4?: true;
  readonly tokenOrigin?: readonly string[];
  readonly handling: 'lenient' | undefined;
  readonly quiet?: true;
  readonly login: Login;
}

/** Exports resources from a server of the guide into a folder, or goes on with the export that the folder has. */
export async function exportResources(wanted: WantedResources, terminal: Terminal): Promise<void> {
  const credentials = await credentialsFor(wanted.server, wanted.login, terminal);
  const display = progressDisplay(terminal, wanted.quiet);
  const { server, level, out, parallel, source, since, until, type, elements, typeFilter } = wanted;
  const { handling, allowPartialManifests, organizeOutputBy, patient, includeAssociatedData, v4 } = wanted;
  let statusUrl: string | undefined;
  let interruption: Interruption | undefined;
  try {
    const order = {
      level,
      version: v4 === true ? (4 as const) : undefined,
      since,
      until,
      types: type,
      elements,
      typeFilters: typeFilter,
      patients: patient,
      associatedData: includeAssociatedData,
      allowPartialManifests,
      organizeOutputBy,
      source,
      handling,
    };
    const options = {
      ...bulkOptions(display, wanted.tokenOrigin, credentials, terminal),
      accepted(url: string, isResumed: boolean) {
        statusUrl = url;
        if (isResumed) display.resumed(url);
        else display.accepted(url);
      },
      interrupted: (how: Interruption) => void (interruption = how),
    };
    const done = await exportBulk({ server, order, folder: out, parallel }, options);
    await tellResources(done, out, display, terminal);
  } catch (error) {
    throw toldFailure(error, { statusUrl, interruption, canGoOn: true }, { ...terminal, credentials });
  } finally {
    display.close();
  }
}

/** The options of a client that shows a person how it goes on. */
export function bulkOptions(
  display: ProgressDisplay,
  tokenOrigins: readonly string[] | undefined,
  credentials: Credentials,
  { signal }: Terminal,
): BulkOptions {
  return {
    signal,
    ...credentials,
    tokenOrigins,
    progress: (progress) => display.progress(progress),
    page: (files, isLast) => display.files(files, isLast),
    received: (bytes) => display.received(bytes),
    downloaded: ({ path }) => display.downloaded(path),
    triedAgain: (failure, waitMs) => display.triedAgain(reasonOf(failure), waitMs),
  };
}

/** Prints the path of each file, and warns of what the server reports in files of its own. */
export async function tellResources(
  done: FinishedBulk,
  out: string,
  display: ProgressDisplay,
  terminal: Terminal,
): Promise<void> {
  display.close();
  for (const { path } of done.files) print(terminal, join(out, path));
  await warnOfOutcomes(out, done.files, terminal);
  const of = (fact: 'lines' | 'bytes'): number => done.files.reduce((sum, file) => sum + file[fact], 0);
  say(
    terminal,
    `${done.wasFinished ? 'nothing to do, the folder has this export: ' : ''}${done.files.length} file(s), ${of('lines')} line(s), ${of('bytes')} bytes in ${out}`,
  );
  say(terminal, `for the changes after it, export with --since ${done.transactionTime} into another folder`);
}

/** A server completes an export of which parts failed, and says so in files of its own. */
async function warnOfOutcomes(
  folder: string,
  files: readonly JournalFile[],
  terminal: Terminal,
): Promise<void> {
  const paths = files.filter(({ kind }) => kind === 'error').map(({ path }) => join(folder, path));
  if (paths.length === 0) return;
  const { outcomes, issues, texts } = await countOutcomes(paths);
  const severities = [...issues].map(([severity, count]) => `${count} ${severity}`).join(', ');
  const isHarmless = [...issues.keys()].every((severity) => severity === 'information');
  say(
    terminal,
    `${isHarmless ? '' : 'warning: '}the server reports ${outcomes} OperationOutcome(s) (issues: ${severities}) in ${paths.join(', ')}`,
  );
  for (const text of texts) say(terminal, harmlessName(`  ${shortened(text)}`));
}

const MOST_CHARACTERS = 300;

function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)} …` : text;
}

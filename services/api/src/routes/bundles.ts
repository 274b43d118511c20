import type { Change, ChangedDefinition, CheckedDefinition, Definitions } from '@millrace/definitions';
import { EntryFailedError, definitionQuerySchema } from '@millrace/definitions';
import {
  ProtocolError,
  bundleAnswerPieces,
  definitionChangedAnswer,
  errorAnswer,
  handlingOf,
  inEntry,
  readBundle,
  readDefinitionBody,
  readPreferences,
  refuse,
  tooLargeAnswer,
} from '@millrace/protocol';
import type { EntryAnswer, EntryTask, ReadBundle } from '@millrace/protocol';
import type { Permission, Scopes } from '@millrace/auth';
import { ownRound } from '@millrace/threads';
import { requirePermission } from '../auth/scope-rule.js';
import { bodyTextsOf } from '../http/body-texts.js';
import { requireAcceptable } from '../http/representation.js';
import { requestIdOf } from '../http/request-id.js';
import { sendPieces } from '../http/send-pieces.js';
import { nameRedisOutage } from '../redis-outage.js';
import type { ClientRoute } from '../routing/route.js';
import { foundDefinition, reportChange } from './definitions.js';
import type { DefinitionPorts } from './definitions.js';

/** Bytes of all definitions in one answer. */
const MOST_ANSWERED_BYTES = 32 << 20;

/** For the checks of all definitions of one Bundle. */
const CHECKS_MS = 30_000;

/** Entries are done in this order: https://hl7.org/fhir/R4/http.html#trules */
const ORDER = ['delete', 'create', 'update', 'read', 'search'] as const;

/** How the entries of one request are carried out and answered. */
interface Run {
  readonly definitions: Definitions;
  readonly scopes: Scopes;
  readonly handling: 'strict' | 'lenient';
  /** Value of the preference `return`. */
  readonly wanted: string | undefined;
  readonly baseUrl: string;
  readonly requestId: string;
  readonly events: DefinitionPorts['events'];
  /** Bytes that may still be answered. */
  room: number;
  /** Milliseconds that checks may still take. */
  checksMs: number;
}

/** A batch or transaction of definitions: https://hl7.org/fhir/R4/http.html#transaction */
export function bundleRoute({ definitionsOf, events, baseUrl }: DefinitionPorts): ClientRoute['handler'] {
  return async (request, response, { tenant, scopes }) => {
    requireAcceptable(response);
    const body = readDefinitionBody(request.headers['content-type'], request.body as unknown);
    const bundle = readBundle(body, bodyTextsOf(response), baseUrl);
    const preferences = readPreferences(request.get('Prefer'));
    const run: Run = {
      definitions: definitionsOf(tenant),
      scopes,
      handling: handlingOf(preferences),
      // A client that has sent many resources wants to know what became of them, and has them.
      wanted: preferences.get('return') ?? 'minimal',
      baseUrl,
      requestId: requestIdOf(response),
      events,
      room: MOST_ANSWERED_BYTES,
      checksMs: CHECKS_MS,
    };
    const answers = await (bundle.kind === 'batch' ? runBatch(bundle, run) : runTransaction(bundle, run));
    await sendPieces(response, bundleAnswerPieces(bundle.kind, answers, baseUrl));
  };
}

async function runBatch({ entries }: ReadBundle, run: Run): Promise<readonly EntryAnswer[]> {
  const answers = new Map<number, EntryAnswer>();
  for (const { at, task } of inOrder(entries)) {
    try {
      answers.set(at, await (isChange(task) ? runChange(task, run) : lookUp(task, run)));
    } catch (error) {
      answers.set(at, errorEntry(error, run));
    }
    await ownRound();
  }
  return entries.map((entry, at) => answers.get(at) ?? errorEntry(entry, run));
}

/** All changes, or none. What is only read is read after them. */
async function runTransaction(
  { entries, references }: ReadBundle,
  run: Run,
): Promise<readonly EntryAnswer[]> {
  const faults = entries.filter((entry) => entry instanceof ProtocolError);
  const wanted: { readonly at: number; readonly change: Change }[] = [];
  const looks: { readonly at: number; readonly task: LookUp }[] = [];
  for (const { at, task } of inOrder(entries)) {
    if (!isChange(task)) looks.push({ at, task });
    else {
      const change = await changeOf(task, run).catch((error: unknown) => {
        const fault = asProtocolError(error);
        if (fault === undefined) throw error;
        faults.push(inEntry(fault, at));
        return undefined;
      });
      if (change !== undefined) wanted.push({ at, change });
      await ownRound();
    }
  }
  const [first] = faults;
  if (first !== undefined)
    throw new ProtocolError(
      first.status,
      faults.flatMap(({ issues }) => issues),
    );
  const positions = new Map(wanted.map(({ at }, index) => [at, index]));
  const changed = await run.definitions
    .changeTogether({
      changes: wanted.map(({ change }) => change),
      references: new Map([...references].flatMap(([url, at]) => mapped(url, positions.get(at)))),
    })
    .catch((error: unknown) => {
      // The changes are in another order than the entries.
      if (!(error instanceof EntryFailedError)) throw error;
      throw new EntryFailedError(wanted[error.entry]?.at ?? error.entry, error.cause);
    });
  const answers = new Map<number, EntryAnswer>();
  for (const [index, { at }] of wanted.entries()) {
    const one = changed[index];
    if (one !== undefined) answers.set(at, changeEntry(one, run));
  }
  for (const { at, task } of looks) {
    answers.set(at, await lookUp(task, run).catch((error: unknown) => errorEntry(error, run)));
  }
  return entries.map((entry, at) => answers.get(at) ?? errorEntry(entry, run));
}

function mapped(url: string, index: number | undefined): readonly (readonly [string, number])[] {
  return index === undefined ? [] : [[url, index]];
}

function inOrder(
  entries: ReadBundle['entries'],
): readonly { readonly at: number; readonly task: EntryTask }[] {
  const tasks = entries.flatMap((task, at) => (task instanceof ProtocolError ? [] : [{ at, task }]));
  return tasks.toSorted((one, other) => ORDER.indexOf(one.task.kind) - ORDER.indexOf(other.task.kind));
}

type ChangeTask = Extract<EntryTask, { kind: 'create' | 'update' | 'delete' }>;
type LookUp = Exclude<EntryTask, ChangeTask>;

function isChange(task: EntryTask): task is ChangeTask {
  return task.kind !== 'read' && task.kind !== 'search';
}

const PERMISSIONS: Readonly<Record<EntryTask['kind'], Permission>> = {
  create: 'c',
  update: 'u',
  delete: 'd',
  read: 'r',
  search: 's',
};

async function changeOf(task: ChangeTask, run: Run): Promise<Change> {
  requirePermission(run.scopes, task.type, PERMISSIONS[task.kind]);
  const ifMatch = 'ifMatch' in task && task.ifMatch !== undefined ? { ifMatch: task.ifMatch } : {};
  if (task.kind === 'delete') return { kind: 'delete', type: task.type, id: task.id, ...ifMatch };
  const isConditional = task.kind === 'update' ? 'where' in task.at : task.ifNoneExist !== undefined;
  // A condition searches, and the answer may have what it finds.
  if (isConditional) requirePermission(run.scopes, task.type, 's');
  const given = await checked(task, run);
  if (task.kind === 'update') return { kind: 'update', at: task.at, given, ...ifMatch };
  const { ifNoneExist } = task;
  return { kind: 'create', given, ...(ifNoneExist === undefined ? {} : { ifNoneExist }) };
}

async function checked(
  { type, given }: Extract<ChangeTask, { given: unknown }>,
  run: Run,
): Promise<CheckedDefinition> {
  if (run.checksMs <= 0) {
    const diagnostics = `the definitions before this one took more than ${CHECKS_MS} ms to check; send fewer at a time`;
    throw refuse(422, 'too-costly', diagnostics);
  }
  const startedAt = performance.now();
  try {
    return await run.definitions.check(type, given, run.handling);
  } finally {
    run.checksMs -= performance.now() - startedAt;
  }
}

async function runChange(task: ChangeTask, run: Run): Promise<EntryAnswer> {
  return changeEntry(await run.definitions.change(await changeOf(task, run)), run);
}

function changeEntry(changed: ChangedDefinition, run: Run): EntryAnswer {
  reportChange(run.events, changed, run.requestId);
  const size = changed.definition?.json.length ?? 0;
  const isTold = run.wanted === 'representation' && size <= run.room;
  if (isTold) run.room -= size;
  const wanted = run.wanted === 'representation' && !isTold ? 'minimal' : run.wanted;
  return { kind: 'answer', isError: false, answer: definitionChangedAnswer(changed, run.baseUrl, wanted) };
}

async function lookUp(task: LookUp, run: Run): Promise<EntryAnswer> {
  requirePermission(run.scopes, task.type, PERMISSIONS[task.kind]);
  if (task.kind === 'read') {
    const definition = await foundDefinition(run.definitions, task.type, task.id, task.versionId);
    if (definition.json.length > run.room) return tooLargeAnswer();
    run.room -= definition.json.length;
    return { kind: 'found', definition, ifNoneMatch: task.ifNoneMatch };
  }
  const { type, query, search } = task;
  const found = await run.definitions.search(type, definitionQuerySchema.parse(search));
  const { definitions, total, hasMore } = found;
  const size = definitions.reduce((sum, { json }) => sum + json.length, 0);
  if (size > run.room) return tooLargeAnswer();
  run.room -= size;
  const next = hasMore ? definitions.at(-1)?.id : undefined;
  return { kind: 'search', type, query, definitions, total, next };
}

function errorEntry(error: unknown, { requestId }: Run): EntryAnswer {
  return { kind: 'answer', isError: true, answer: errorAnswer(nameRedisOutage(error), requestId) };
}

/** Undefined for an error that no request is to blame for. */
function asProtocolError(error: unknown): ProtocolError | undefined {
  if (error instanceof ProtocolError) return error;
  if (!(error instanceof Error) || error.name !== 'DefinitionRefusedError') return undefined;
  const { status, issues } = error as Error & Pick<ProtocolError, 'status' | 'issues'>;
  return new ProtocolError(status, issues);
}

import { describe, expect, it } from '@jest/globals';
import { relationKey } from '@millrace/export';
import type { ExportOrder, ExportRequest, JobStore } from '@millrace/export';
import { createMemoryJobStore } from '@millrace/jobstore/memory';
import { createEvents, createLogger, createMetrics } from '@millrace/observability';
import type { Events } from '@millrace/observability';
import { SourceUnavailableError, StoreUnavailableError } from '@millrace/storage';
import { createMemorySink } from '@millrace/storage/memory';
import type { Sink } from '@millrace/storage';
import { acceptExport } from './accept-export.js';
import type { AcceptPorts } from './accept-export.js';
import { createBackgroundWork } from './background-work.js';

const OWNER = { tenant: 'default', client: 'anonymous' };
const ORDER: ExportOrder = {
  operation: 'sql-export',
  format: 'ndjson',
  header: true,
  source: 'default',
  fhirVersion: 'R4',
  subjects: [{ kind: 'view', name: 'patients', view: { resourceType: 'ViewDefinition' } }],
};

const WITH_ROWS: ExportOrder = { ...ORDER, files: [{ table: 'r1', bytes: Uint8Array.of(1, 2) }] };

class OutageError extends Error {
  override readonly name = 'OutageError';
}

const NOTHING_LOST = { recovered: () => Promise.resolve() };

interface Faults {
  /** Calls that fail, before or after they took effect. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

function silentEvents(): Events {
  const log = createLogger({ service: 'test', level: 'silent' });
  return createEvents({ log, metrics: createMetrics({ service: 'test', version: '0' }) });
}

/** Ports over memory, in which the named calls fail. */
function setUp({ before = [], after = [] }: Faults = {}, tenantExports = 0) {
  const memory = createMemoryJobStore({ limits: { tenantExports } });
  const sink = createMemorySink();
  const ids: string[] = [];
  const asked: string[] = [];
  let nudges = 0;
  const undone: { stepsFailed: number }[] = [];
  const guarded = <Arguments extends unknown[], Result>(
    name: string,
    call: (...given: Arguments) => Promise<Result>,
  ) => {
    return async (...given: Arguments): Promise<Result> => {
      asked.push(name);
      if (before.includes(name)) throw new OutageError(`${name} fails`);
      const result = await call(...given);
      if (after.includes(name)) throw new OutageError(`the answer of ${name} is lost`);
      return result;
    };
  };
  const jobs: AcceptPorts['jobs'] = {
    create: guarded('create', (export_) => {
      ids.push(export_.id);
      return memory.create(export_);
    }),
    activate: guarded('activate', (id) => memory.activate(id)),
    discard: guarded('discard', (id) => memory.discard(id)),
    decide: guarded('decide', (id, decision) => memory.decide(id, decision)),
    settle: guarded('settle', (id, terminal) => memory.settle(id, terminal)),
    holderOf: guarded('holderOf', (owner, key) => memory.holderOf(owner, key)),
    read: (id) => memory.read(id),
  };
  const store: AcceptPorts['store'] = {
    createIfAbsent: guarded('createIfAbsent', (key, body, folder) => sink.createIfAbsent(key, body, folder)),
    read: (key) => sink.read(key),
    list: (prefix, after) => sink.list(prefix, after),
    remove: guarded('remove', (keys) => sink.remove(keys)),
  };
  const dispatcher = { nudge: () => void (nudges += 1) };
  const probe = guarded('probe', async () => undefined);
  const background = createBackgroundWork(() => undefined);
  const events = {
    ...silentEvents(),
    kickOffUndone: (event: { stepsFailed: number }) => void undone.push(event),
  };
  const sources = new Map([['default', { probe }]]);
  const keys = { recovered: async () => void (await memory.trustKeys(await memory.serverRun())) };
  const ports = { jobs, keys, store, dispatcher, sources, background, events, nonce: () => 'n' };
  const accept = (order = ORDER) => acceptExport(ports, order, OWNER);
  return {
    accept,
    async run(): Promise<ExportRequest> {
      const accepted = await accept();
      if (accepted.kind !== 'accepted') throw new Error(`the order is answered with ${accepted.kind}`);
      return accepted.request;
    },
    memory,
    sink,
    keys,
    asked,
    nudges: () => nudges,
    undone,
    background,
    idOfLast: () => ids.at(-1) ?? '',
  };
}

async function keysIn(sink: Sink): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of sink.list('')) keys.push(key);
  return keys;
}

async function stateOf(memory: JobStore, id: string): Promise<string> {
  return (await memory.read(id))?.state ?? 'gone';
}

describe('a kick-off', () => {
  it('stores the request, shows the export and queues its first step', async () => {
    const { run, memory, sink, nudges } = setUp();
    const request = await run();
    expect(request).toMatchObject({ ...ORDER, ...OWNER });
    expect(await stateOf(memory, request.id)).toBe('accepted');
    expect(await keysIn(sink)).toEqual([`default/${request.id}/request.json`]);
    expect(nudges()).toBe(1);
    expect(await memory.dispatch(10)).toEqual([{ exportId: request.id, step: 'plan', round: 0 }]);
  });

  it('stores the rows of relations beside the request, which has none of them', async () => {
    const { accept, sink } = setUp();
    const accepted = await accept(WITH_ROWS);
    if (accepted.kind !== 'accepted') throw new Error(`the order is answered with ${accepted.kind}`);
    const { request } = accepted;
    expect(request).not.toHaveProperty('files');
    const at = relationKey(OWNER.tenant, request.id, 'r1');
    expect((await keysIn(sink)).sort()).toEqual([at, `default/${request.id}/request.json`]);
    expect(await sink.read(at)).toEqual(Uint8Array.of(1, 2));
  });

  it('draws ids of 128 bits', async () => {
    const { run } = setUp();
    const [one, other] = [await run(), await run()];
    expect(one.id).toMatch(/^[0-9a-f]{32}$/);
    expect(other.id).not.toBe(one.id);
  });
});

describe('a kick-off with an idempotency key', () => {
  const KEYED = { ...ORDER, idempotency: { key: 'k', request: 'r' } };

  it('asks the stores as often as one without', async () => {
    const { accept, keys, asked } = setUp();
    await keys.recovered();
    await accept();
    const without = asked.splice(0);
    expect(await accept(KEYED)).toMatchObject({ kind: 'accepted' });
    expect(asked).toEqual(without);
  });

  it('waits for the exports that may have been lost, and is accepted when none has the key', async () => {
    const { accept, memory } = setUp();
    expect(await accept(KEYED)).toMatchObject({ kind: 'accepted' });
    expect(await memory.holderOf(OWNER, 'k')).toMatchObject({ isPreparing: false });
  });

  it('that is repeated is its export, although the source is away by then', async () => {
    const { accept, memory, sink } = setUp();
    const first = await accept(KEYED);
    const away = { probe: () => Promise.reject(new SourceUnavailableError('default', 'gone')) };
    const ports = {
      jobs: memory,
      keys: NOTHING_LOST,
      store: sink,
      dispatcher: { nudge: () => undefined },
      sources: new Map([['default', away]]),
      background: createBackgroundWork(() => undefined),
      events: silentEvents(),
      nonce: () => 'n',
    };
    const again = await acceptExport(ports, KEYED, OWNER);
    expect(again).toEqual({ ...first, kind: 'repeated' });
    const other = { ...KEYED, idempotency: { key: 'other', request: 'r' } };
    await expect(acceptExport(ports, other, OWNER)).rejects.toBeInstanceOf(SourceUnavailableError);
  });
});

it.each(['activate', 'create'])('a kick-off with rows leaves none of them when %s fails', async (name) => {
  const { accept, sink } = setUp({ before: [name] });
  await expect(accept(WITH_ROWS)).rejects.toThrow(`${name} fails`);
  expect(await keysIn(sink)).toEqual([]);
});

describe('a kick-off whose step fails passes the failure on and leaves nothing that anybody could find', () => {
  it.each([
    ['create', 'gone'],
    ['createIfAbsent', 'gone'],
    ['activate', 'gone'],
  ])('%s fails', async (name, state) => {
    const { run, memory, sink, nudges, idOfLast } = setUp({ before: [name] });
    await expect(run()).rejects.toThrow(`${name} fails`);
    expect(await stateOf(memory, idOfLast())).toBe(state);
    expect(await keysIn(sink)).toEqual([]);
    expect(nudges()).toBe(0);
  });

  it.each([
    ['create', 'gone'],
    ['createIfAbsent', 'gone'],
    ['activate', 'cancelled'],
  ])('the answer of %s is lost', async (name, state) => {
    const { run, memory, sink, idOfLast } = setUp({ after: [name] });
    await expect(run()).rejects.toThrow(`the answer of ${name} is lost`);
    expect(await stateOf(memory, idOfLast())).toBe(state);
    expect(await keysIn(sink)).toEqual([]);
  });

  it('the source cannot be read: then nothing is begun', async () => {
    const { run, idOfLast, undone } = setUp({ before: ['probe'] });
    await expect(run()).rejects.toThrow('probe fails');
    expect(idOfLast()).toBe('');
    expect(undone).toEqual([]);
  });

  it('undoing goes on past a step that cannot be undone, and says so', async () => {
    const { run, sink, undone, background } = setUp({ after: ['activate'], before: ['decide', 'discard'] });
    await expect(run()).rejects.toThrow('the answer of activate is lost');
    await background.settled();
    expect(await keysIn(sink)).toEqual([]);
    expect(undone).toEqual([expect.objectContaining({ stepsFailed: 2 })]);
  });
});

describe('a kick-off of a tenant that has as many exports as it may', () => {
  it('is told how many there are, and leaves nothing', async () => {
    const { accept, run, sink, memory, undone, idOfLast } = setUp({}, 1);
    const first = await run();
    expect(await accept()).toEqual({ kind: 'full', active: 1 });
    expect(await stateOf(memory, idOfLast())).toBe('gone');
    expect(await keysIn(sink)).toEqual([`default/${first.id}/request.json`]);
    expect(undone).toEqual([]);
    await memory.decide(first.id, { outcome: 'cancelled', nonce: 'n' });
    expect((await run()).id).toBe(idOfLast());
  });
});

describe('errors of the stores', () => {
  it('keep their class on the way out', async () => {
    const { sink, memory, background } = setUp();
    const failing = {
      jobs: memory,
      keys: NOTHING_LOST,
      store: {
        ...sink,
        createIfAbsent: () =>
          Promise.reject(new StoreUnavailableError('create', 'request.json', 'disk full')),
      },
      dispatcher: { nudge: () => undefined },
      sources: new Map(),
      background,
      events: silentEvents(),
      nonce: () => 'n',
    };
    await expect(acceptExport(failing, ORDER, OWNER)).rejects.toBeInstanceOf(StoreUnavailableError);
    const unreadable = {
      ...failing,
      sources: new Map([
        ['default', { probe: () => Promise.reject(new SourceUnavailableError('default', 'gone')) }],
      ]),
    };
    await expect(acceptExport(unreadable, ORDER, OWNER)).rejects.toBeInstanceOf(SourceUnavailableError);
  });
});

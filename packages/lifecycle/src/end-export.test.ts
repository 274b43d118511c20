import { describe, expect, test } from '@jest/globals';
import { EMPTY_TALLY, exportObjectKey, exportRequest, planText } from '@millrace/export';
import type { ExportOrder, ExportRecord, Failure, Lease, Outcome, Plan } from '@millrace/export';
import { createMemoryJobStore } from '@millrace/jobstore/memory';
import { StoreUnavailableError } from '@millrace/storage';
import { createMemorySink } from '@millrace/storage/memory';
import { acceptExport } from './accept-export.js';
import type { AcceptPorts } from './accept-export.js';
import { readManifest } from './artefacts.js';
import { createBackgroundWork } from './background-work.js';
import { cancelExport } from './cancel-export.js';
import type { CancelPorts } from './cancel-export.js';
import { completeExport } from './complete-export.js';
import { failExport } from './fail-export.js';
import { gatherNotices } from './gather-notices.js';
import { gatherParts } from './gather-parts.js';
import type { OutcomePorts } from './ports.js';
import { rememberArtefacts } from './remembered-artefacts.js';
import { resumeDecision } from './resume-decision.js';

const ID = 'a'.repeat(32);
const OWNER = { tenant: 'default', client: 'anonymous' };
const ORDER: ExportOrder = {
  operation: 'sql-export',
  format: 'csv',
  header: true,
  source: 'default',
  fhirVersion: 'R4',
  subjects: [{ kind: 'view', name: 'patients', view: { resource: 'Patient' } }],
};
const PLAN: Plan = {
  inputs: [],
  passes: [{ resourceType: 'Patient', subjects: [0] }],
  stages: [],
  outputs: [{ stage: 0 }],
  notices: [
    { kind: 'unread-input', diagnostics: '1 file that may hold data is not read: notes.txt', count: 1 },
  ],
};
const BROKEN: Failure = { status: 422, code: 'invalid', diagnostics: 'line 3 is not a FHIR resource' };
const DAY_MS = 86_400_000;

type Ports = OutcomePorts & CancelPorts & AcceptPorts;

interface World {
  readonly ports: Ports;
  /** The events, in the order in which they were told. */
  readonly told: string[];
  /** Of `finalize`: all other steps are done. */
  readonly lease: Lease;
  record(id?: string): Promise<ExportRecord>;
  /** With some calls of the object store replaced. */
  withStore(store: Partial<Ports['store']>): Ports;
}

/** An export that only waits for its end, over memory. */
async function openWorld(): Promise<World> {
  const jobs = createMemoryJobStore();
  const store = createMemorySink();
  const told: string[] = [];
  let nonces = 0;
  const ports: Ports = {
    jobs,
    keys: { recovered: () => Promise.resolve() },
    store,
    dispatcher: { nudge: () => undefined },
    events: {
      deciding: ({ outcome }) => void told.push(`${outcome} is being decided`),
      manifestCommitted: ({ commit }) => void told.push(`manifest: ${commit}`),
      noticed: ({ kind }) => void told.push(`notice: ${kind}`),
      exportSettled: ({ outcome, failure }) =>
        void told.push(`${outcome}${failure ? `: ${failure.code}` : ''}`),
      kickOffUndone: () => undefined,
    },
    artefacts: rememberArtefacts(store, 4),
    sources: new Map(),
    background: createBackgroundWork((error) => told.push(String(error))),
    retentionMs: DAY_MS,
    nonce: () => `nonce-${(nonces += 1)}`,
    describe: async () => [{ engine: 'codegen', columns: undefined }],
  };
  async function record(id = ID): Promise<ExportRecord> {
    const found = await jobs.read(id);
    if (found === undefined) throw new Error('the export is gone');
    return found;
  }
  async function claim(step: 'plan' | 'finalize'): Promise<Lease> {
    const by = { nonce: 'worker', worker: 'w', leaseMs: 30_000, maxAttempts: 3 };
    const claimed = await jobs.claim({ exportId: ID, step }, by);
    if (claimed.kind !== 'claimed') throw new Error(`${step} is answered with ${claimed.kind}`);
    return claimed.lease;
  }

  await jobs.create({ id: ID, ...OWNER });
  const request = exportRequest(ORDER, { id: ID, ...OWNER, acceptedAt: 0 });
  const objects = { request: JSON.stringify(request), plan: planText(PLAN) };
  for (const name of ['request', 'plan'] as const)
    await store.createIfAbsent(exportObjectKey(OWNER.tenant, ID, name), Buffer.from(objects[name]));
  await jobs.activate(ID);
  const plan = await claim('plan');
  await jobs.planSlice(plan, { first: 0, starts: [], complete: { stages: [], bytesTotal: 0 } });
  const lease = await claim('finalize');
  const parts = [{ subject: 0, key: 'k', rows: 0, bytes: 0, sha256: '', etag: '' }];
  await jobs.commitPart(lease, { cut: 0, from: 0, to: 0, parts, bytesRead: 0, tally: EMPTY_TALLY });
  const withStore = (changed: Partial<Ports['store']>): Ports => {
    return { ...ports, store: { ...store, ...changed } };
  };
  return { ports, told, lease, record, withStore };
}

const complete = async ({ ports, lease, record }: World): Promise<void> => {
  const request = await ports.artefacts.request(await record());
  const files = await gatherParts(ports.jobs, request, PLAN);
  const subjects = [{ engine: 'codegen', columns: undefined }];
  const notices = await gatherNotices(ports.jobs, await record(), request, PLAN, { files, subjects });
  await completeExport(ports, lease, await record(), {
    subjects,
    files,
    pages: undefined,
    tables: [],
    notices,
  });
};
const fail = async (
  { ports, record }: World,
  by: { lease?: Lease; idleSince?: number } = {},
): Promise<void> => {
  await failExport(ports, await record(), BROKEN, by);
};
const cancel = async ({ ports, record }: World): Promise<void> => {
  await cancelExport(ports, await record());
};
/** Somebody decides and dies, and somebody else meets the export. */
const die = async (world: World, decision: Parameters<Ports['jobs']['decide']>[1]): Promise<void> => {
  await world.ports.jobs.decide(ID, decision);
  await resumeDecision(world.ports, await world.record());
};

type Role = 'decides' | 'resumes';

/** Every way to end, with its outcome. Each way decides by itself, or resumes the decision of another process. */
const WAYS: readonly (readonly [string, Outcome, Role, (world: World) => Promise<void>])[] = [
  ['finalize completes it', 'completed', 'decides', complete],
  ['a step fails under its lease', 'failed', 'decides', (world) => fail(world, { lease: world.lease })],
  ['the attempts at a step are spent', 'failed', 'decides', (world) => fail(world)],
  ['it makes no progress', 'failed', 'decides', (world) => fail(world, { idleSince: Date.now() })],
  ['it is cancelled', 'cancelled', 'decides', cancel],
  [
    'a dead worker had decided to complete it',
    'completed',
    'resumes',
    (world) => die(world, { outcome: 'completed', lease: world.lease }),
  ],
  [
    'a dead worker had decided that it failed',
    'failed',
    'resumes',
    (world) => die(world, { outcome: 'failed', failure: BROKEN, nonce: 'dead' }),
  ],
  [
    'a dead API had decided to cancel it',
    'cancelled',
    'resumes',
    (world) => die(world, { outcome: 'cancelled', nonce: 'dead' }),
  ],
];

/** The process that stores the manifest tells these events. */
function endOf(outcome: Outcome): readonly string[] {
  const notices = outcome === 'completed' ? ['notice: unread-input', 'notice: no-rows'] : [];
  return ['manifest: won', ...notices, outcome === 'failed' ? 'failed: invalid' : outcome];
}

async function expectEnded({ ports, record }: World, outcome: Outcome): Promise<void> {
  const manifest = await readManifest(ports.store, OWNER.tenant, ID);
  const { state, endedAt, expiresAt } = await record();
  expect([manifest?.outcome, state]).toEqual([outcome, outcome]);
  expect(expiresAt).toBe(Number(endedAt) + DAY_MS);
  expect([manifest?.endedAt, manifest?.expiresAt].map((at) => Date.parse(at ?? ''))).toEqual([
    endedAt,
    expiresAt,
  ]);
}

describe('an export that ends', () => {
  test.each(WAYS)('has the same end in both stores, told once, when %s', async (_, outcome, role, end) => {
    const world = await openWorld();
    await end(world);
    const decided = role === 'decides' ? [`${outcome} is being decided`] : [];
    expect(world.told).toEqual([...decided, ...endOf(outcome)]);
    await expectEnded(world, outcome);
  });

  test.each(WAYS)('is ended by nobody else after %s', async (_, outcome, _role, end) => {
    const world = await openWorld();
    await end(world);
    const before = [...world.told];
    for (const again of [cancel, fail, complete]) await again(world).catch(() => undefined);
    expect(world.told).toEqual(before);
    await expectEnded(world, outcome);
  });

  test.each([
    ['complete, fail, cancel', [complete, fail, cancel]],
    ['complete, cancel, fail', [complete, cancel, fail]],
    ['fail, complete, cancel', [fail, complete, cancel]],
    ['fail, cancel, complete', [fail, cancel, complete]],
    ['cancel, complete, fail', [cancel, complete, fail]],
    ['cancel, fail, complete', [cancel, fail, complete]],
  ])('has one end when three would end it at once: %s', async (_, all) => {
    const world = await openWorld();
    await Promise.allSettled(all.map((end) => end(world)));
    const ends = world.told.filter((line) => /^(completed|failed: invalid|cancelled)$/.test(line));
    expect(ends).toHaveLength(1);
    expect(world.told.filter((line) => line === 'manifest: won')).toHaveLength(1);
    await expectEnded(world, (await world.record()).outcome ?? 'failed');
  });

  test('because its kick-off is undone is told as any other, and its time is over at once', async () => {
    const { ports, told, record } = await openWorld();
    let id = '';
    const jobs = {
      ...ports.jobs,
      async activate(accepted: string): Promise<never> {
        id = accepted;
        await ports.jobs.activate(id);
        throw new Error('the answer is lost');
      },
    };
    await expect(acceptExport({ ...ports, jobs }, ORDER, OWNER)).rejects.toThrow('the answer is lost');
    expect(told).toEqual(['cancelled is being decided', ...endOf('cancelled')]);
    const { state, endedAt, expiresAt } = await record(id);
    expect([state, expiresAt]).toEqual(['cancelled', endedAt]);
  });
});

describe('an object store that is away when an export ends', () => {
  const away = () => Promise.reject(new StoreUnavailableError('create', 'manifest.json', 'no answer'));

  test('does not keep it from failing: its failure is set in Redis, and told once', async () => {
    const world = await openWorld();
    const ports = world.withStore({ createIfAbsent: away, remove: away });
    expect(await failExport(ports, await world.record(), BROKEN)).toBe(true);
    expect(world.told).toEqual(['failed is being decided', 'manifest: error', 'failed: invalid']);
    expect(await world.record()).toMatchObject({ state: 'failed', failure: BROKEN });
  });

  test('leaves it deciding when it is cancelled, and the next one ends it', async () => {
    const world = await openWorld();
    const failing = { ...world, ports: world.withStore({ createIfAbsent: away }) };
    await expect(cancel(failing)).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(world.told).toEqual(['cancelled is being decided', 'manifest: error']);
    expect((await world.record()).state).toBe('deciding');
    await resumeDecision(world.ports, await world.record());
    expect(world.told.slice(2)).toEqual(endOf('cancelled'));
    await expectEnded(world, 'cancelled');
  });

  test('for the removal of files alone changes nothing of the end, which is told once', async () => {
    const world = await openWorld();
    const failing = { ...world, ports: world.withStore({ remove: away }) };
    await fail(failing);
    expect(world.told).toEqual(['failed is being decided', ...endOf('failed')]);
    await expectEnded(world, 'failed');
  });
});

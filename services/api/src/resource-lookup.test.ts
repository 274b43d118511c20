import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { IdIndexPendingError, buildIndex, createIdIndexes } from '@millrace/cohort';
import { createMemorySink, createMemorySource } from '@millrace/storage/memory';
import { BusyError, createGate } from '@millrace/threads';
import { createResourceLookup } from './resource-lookup.js';

const PATIENTS = '{"resourceType":"Patient","id":"a"}\n{"resourceType":"Patient","id":"b"}\n';

/** An API over one file; what it tells, and how often it asks for an index. */
function open(file: string, content: Uint8Array, { mostBytes = 1e6, mostWaiting = 9, patienceMs = 0 } = {}) {
  const source = createMemorySource({ name: 'main', fhirVersion: 'R4', files: new Map([[file, content]]) });
  const store = createMemorySink();
  const gate = createGate({ atOnce: 1, mostWaiting, patienceMs: 0 });
  const told: string[] = [];
  const state = { asked: 0, onAsk: async () => {} };
  const lookup = createResourceLookup({
    sources: new Map([['main', source]]),
    indexes: createIdIndexes({ store, heldBytes: 1e6, onDamaged: () => undefined }),
    mostBytes,
    gate,
    patienceMs,
    ask() {
      state.asked += 1;
      void state.onAsk();
    },
    events: { idsLookedUp: ({ result }) => void told.push(result) },
  });
  async function index(): Promise<void> {
    for (const input of await source.list('Patient')) {
      const task = { source: 'main', resourceType: 'Patient', input, forMs: 1e9 } as const;
      await buildIndex(task, { source, store, now: () => 0, stopIfTold() {}, onUpload() {} });
    }
  }
  const missing = (ids = ['a', 'c']) => lookup.missing('main', 'Patient', ids, 'default');
  return { missing, index, told, state, gate };
}

test('a request that finds no turn to look through a file is told to come again', async () => {
  const { missing, gate } = open('Patient.ndjson', Buffer.from(PATIENTS), { mostWaiting: 0 });
  await expect(gate.pass(() => missing())).rejects.toBeInstanceOf(BusyError);
});

test('the patients that a source does not have are told, from a small file without an index too', async () => {
  expect(await open('Patient.ndjson', Buffer.from(PATIENTS)).missing()).toEqual(['c']);
  expect(await open('Observation.ndjson', Buffer.from(PATIENTS)).missing()).toEqual(['a', 'c']);
});

test('a large file is never read: its index is asked for, and answers when it is there', async () => {
  const api = open('Patient.ndjson', Buffer.from(PATIENTS), {
    mostBytes: PATIENTS.length - 1,
    patienceMs: 60_000,
  });
  api.state.onAsk = api.index;
  expect(await api.missing()).toEqual(['c']);
  expect(await api.missing()).toEqual(['c']);
  expect([api.told, api.state.asked]).toEqual([['waited', 'ready'], 1]);
});

test('a request that waited in vain for an index is told to come again', async () => {
  const api = open('Patient.ndjson', Buffer.from(PATIENTS), { mostBytes: 0 });
  await expect(api.missing()).rejects.toBeInstanceOf(IdIndexPendingError);
  expect(api.told).toEqual(['late']);
});

test('nothing is told of a damaged file, with or without an index', async () => {
  const api = open('Patient.ndjson.gz', gzipSync(PATIENTS).subarray(0, 30));
  expect(await api.missing()).toBeUndefined();
  await api.index();
  expect(await api.missing()).toBeUndefined();
  expect(await api.missing([])).toEqual([]);
});

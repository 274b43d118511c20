import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { createMemorySource } from '@millrace/storage/memory';
import { BusyError, createGate } from '@millrace/threads';
import { createResourceLookup } from './resource-lookup.js';

const PATIENTS = '{"resourceType":"Patient","id":"a"}\n{"resourceType":"Patient","id":"b"}\n';

function missing(file: string, content: Uint8Array, mostBytes = 1e6): Promise<readonly string[] | undefined> {
  const files = new Map([[file, content]]);
  const sources = new Map([['main', createMemorySource({ name: 'main', fhirVersion: 'R4', files })]]);
  const gate = createGate({ atOnce: 1, mostWaiting: 9, patienceMs: 60_000 });
  return createResourceLookup(sources, mostBytes, gate).missing('main', 'Patient', ['a', 'c']);
}

test('a request that finds no turn is told to come again', async () => {
  const files = new Map([['Patient.ndjson', Buffer.from(PATIENTS)]]);
  const sources = new Map([['main', createMemorySource({ name: 'main', fhirVersion: 'R4', files })]]);
  const gate = createGate({ atOnce: 1, mostWaiting: 0, patienceMs: 0 });
  const lookup = createResourceLookup(sources, 1e6, gate);
  const within = gate.pass(() => lookup.missing('main', 'Patient', ['c']));
  await expect(within).rejects.toBeInstanceOf(BusyError);
});

test('the patients that a source does not have are told', async () => {
  expect(await missing('Patient.ndjson', Buffer.from(PATIENTS))).toEqual(['c']);
  expect(await missing('Observation.ndjson', Buffer.from(PATIENTS))).toEqual(['a', 'c']);
});

test('files beyond the limit of a look-up give no answer', async () => {
  expect(await missing('Patient.ndjson', Buffer.from(PATIENTS), PATIENTS.length - 1)).toBeUndefined();
  expect(await missing('Patient.ndjson', Buffer.from(PATIENTS), PATIENTS.length)).toEqual(['c']);
});

test('nothing is told of a damaged file', async () => {
  const damaged = gzipSync(PATIENTS).subarray(0, 30);
  expect(await missing('Patient.ndjson.gz', damaged)).toBeUndefined();
});

import { setTimeout as delay } from 'node:timers/promises';
import { INDEX_FOLDER, readIndexKey } from '@millrace/cohort';
import { readMemory, readPeakMemory } from '@millrace/harness-kit';
import type { LocalStack } from '@millrace/local-stack';
import { BenchmarkError } from '../errors.js';
import { rounded } from '../rounded.js';
import { spreadOf } from '../spread.js';
import type { Spread } from '../spread.js';
import { openStore } from './compose.js';
import type { IdSource } from './write-source.js';

/** Files of the source that are indexed: one of patients, one of groups. */
const FILES = 2;
const LOOK_MS = 20;

const VIEW = {
  resourceType: 'ViewDefinition',
  name: 'patients',
  status: 'active',
  resource: 'Patient',
  select: [{ column: [{ name: 'id', path: 'id', type: 'id' }] }],
};

interface Answered {
  readonly status: number;
  readonly code: string;
  readonly retryAfter: string | null;
  readonly ms: number;
  readonly location: string | null;
}

export interface IdsReport {
  /** A kick-off before any worker has run. */
  readonly before: Pick<Answered, 'status' | 'code' | 'retryAfter' | 'ms'>;
  readonly index: {
    /** From the start of a worker, which is part of it, until both files have their index. */
    readonly seconds: number;
    readonly bytes: number;
    readonly bytesPerPatient: number;
    /** Of a worker: without work, and at most. */
    readonly idleBytes: number;
    readonly peakBytes: number;
  };
  /** Kick-offs afterwards, in ms: the first, and all by what they name. */
  readonly after: {
    readonly firstMs: number;
    readonly unknownMs: Spread;
    readonly knownMs: Spread;
    readonly within: boolean;
  };
}

/** Kick-offs are to be answered in this time once the index is there, 99 of 100 and the first. */
const KICK_OFF_MS = 50;

/** Asks for patients and groups before the index is there, lets a worker build it, and asks again. */
export async function measureIds(
  stack: LocalStack,
  source: IdSource,
  { kickOffs }: { readonly kickOffs: number },
  signal: AbortSignal,
): Promise<IdsReport> {
  const { fhirUrl } = stack.api;
  const { patient, group } = source.known;
  const ask = (asked: string, groups: string): Promise<Answered> => kickOff(fhirUrl, asked, groups, signal);
  const before = await ask(patient, group);
  const startedAt = performance.now();
  const worker = await stack.startWorker({ ENGINE_THREADS: '1' });
  const idleBytes = await readMemory(worker.pid);
  const bytes = await untilIndexed(stack, signal);
  const seconds = (performance.now() - startedAt) / 1000;
  const peakBytes = await readPeakMemory(worker.pid);
  const first = await ask('nobody', group);
  const unknown: number[] = [];
  const known: number[] = [];
  for (let n = 0; n < kickOffs; n += 1) {
    const refused = await ask(`nobody-${n}`, group);
    const accepted = await ask(patient, group);
    if (refused.status !== 400 || accepted.status !== 202 || accepted.location === null)
      throw new BenchmarkError(`kick-offs were answered with ${refused.status} and ${accepted.status}`);
    await fetch(accepted.location, { method: 'DELETE', signal });
    unknown.push(refused.ms);
    known.push(accepted.ms);
  }
  const { status, code, retryAfter, ms } = before;
  return {
    before: { status, code, retryAfter, ms: rounded(ms) },
    index: {
      seconds: rounded(seconds),
      bytes,
      bytesPerPatient: rounded(bytes / source.patients),
      idleBytes,
      peakBytes,
    },
    after: {
      firstMs: rounded(first.ms),
      unknownMs: spreadOf(unknown.map(rounded)),
      knownMs: spreadOf(known.map(rounded)),
      within: Math.max(first.ms, spreadOf(unknown).p99, spreadOf(known).p99) <= KICK_OFF_MS,
    },
  };
}

async function kickOff(
  fhirUrl: string,
  patient: string,
  group: string,
  signal: AbortSignal,
): Promise<Answered> {
  const reference = (name: string, text: string): object => ({ name, valueReference: { reference: text } });
  const body = JSON.stringify({
    resourceType: 'Parameters',
    parameter: [
      { name: 'subject', part: [{ name: 'subjectResource', resource: VIEW }] },
      reference('patient', `Patient/${patient}`),
      reference('group', `Group/${group}`),
    ],
  });
  const startedAt = performance.now();
  const response = await fetch(`${fhirUrl}/$sql-export`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async' },
    body,
    signal,
  });
  const answer = (await response.json()) as { readonly issue?: readonly { readonly code: string }[] };
  return {
    status: response.status,
    code: answer.issue?.[0]?.code ?? '',
    retryAfter: response.headers.get('retry-after'),
    ms: performance.now() - startedAt,
    location: response.headers.get('content-location'),
  };
}

/** Waits until all files are indexed. Returns the size of the indexes. */
async function untilIndexed(stack: LocalStack, signal: AbortSignal): Promise<number> {
  const store = openStore(stack);
  for (;;) {
    signal.throwIfAborted();
    const sizes: number[] = [];
    for await (const { key, bytes } of store.list(INDEX_FOLDER))
      if (readIndexKey(key)?.isIndex === true) sizes.push(bytes);
    if (sizes.length === FILES) return sizes.reduce((sum, size) => sum + size, 0);
    await delay(LOOK_MS);
  }
}

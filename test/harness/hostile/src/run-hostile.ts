import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ranked, readPeakMemory } from '@millrace/harness-kit';
import { startStack } from '@millrace/local-stack';
import { countOf, writeSample } from '@millrace/samples';
import type { ExportOrder } from '@millrace/client';
import { columnsOf, viewOf } from './attacks/kick-off.js';
import { startAttacker } from './attacker/start-attacker.js';
import type { Tally } from './attacker/tally.js';
import { checkRun, megabytes } from './check-run.js';
import type { Check, RunSeen } from './check-run.js';
import { workHonestly } from './honest-client.js';
import type { HonestWork } from './honest-client.js';

export interface HostileOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly sockets: number;
  /** Part of the names of the kinds that are sent; all of them contain the empty text. */
  readonly only: string;
  readonly out: (line: string) => void;
  /** Ends the run early. */
  readonly stop: AbortSignal;
}

/** The honest client measures by polls, and sends more of them than a client is told to. */
const OFTEN_POLLED = { POLL_THROTTLE_FACTOR: '0' };

const SAMPLE = { seed: 1, patients: 200 };

/** Attacks an API of its own while another client works, and reports. True when every promise was kept. */
export async function runHostile(options: HostileOptions): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-hostile-'));
  try {
    await writeSample(folder, SAMPLE, ['Patient']);
    return report(options, await attackStack(options, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function attackStack(options: HostileOptions, data: string): Promise<RunSeen> {
  const { seconds, seed, sockets, only, out, stop } = options;
  await using stack = await startStack({ data, workers: 1, environment: OFTEN_POLLED, report: out });
  const { fhirUrl, operationsUrl, service } = stack.api;
  let apiEnd: string | undefined;
  void service.ended.then((how) => {
    apiEnd = how;
  });
  out(`seed ${seed}: ${sockets} hostile clients for ${seconds} s`);
  const over = new AbortController();
  const honest = workHonestly(
    { fhirUrl, order: ORDER, view: VIEW, rows: countOf('Patient', SAMPLE.patients) },
    over.signal,
  );
  const attacker = await startAttacker({ fhirUrl, seed, sockets, only });
  try {
    await delay(seconds * 1000, undefined, { signal: stop }).catch(() => undefined);
    const tally = await attacker.finish(stop);
    over.abort();
    const work = await honest;
    return {
      tally,
      honest: work,
      apiEnd,
      pollP99Ms: ranked(work.pollMs, 0.99),
      apiPeakBytes: apiEnd === undefined ? await readPeakMemory(service.pid) : 0,
      isReady: await isReady(operationsUrl),
    };
  } finally {
    over.abort();
    attacker.kill();
  }
}

const VIEW = viewOf('ids', [columnsOf(1, () => 'id')], 'Patient');

const ORDER: ExportOrder = {
  subjects: [{ resource: VIEW }],
  format: 'csv',
};

async function isReady(operationsUrl: string): Promise<boolean> {
  const response = await fetch(`${operationsUrl}/readyz`).catch(() => undefined);
  return response?.ok === true;
}

function report({ out }: HostileOptions, seen: RunSeen): boolean {
  for (const line of tallyLines(seen.tally)) out(line);
  for (const line of workLines(seen.honest)) out(line);
  out(`memory of the API    ${megabytes(seen.apiPeakBytes)} at most`);
  const checks = checkRun(seen);
  const broken = checks.filter(({ problems }) => problems.length > 0);
  for (const line of broken.flatMap(problemLines)) out(line);
  out(`${checks.length - broken.length} passed, ${broken.length} failed`);
  return broken.length === 0;
}

function tallyLines(tally: Tally): string[] {
  return Object.entries(tally).map(([name, { answers }]) => {
    const counts = Object.entries(answers).map(([answer, times]) => `${times} × ${answer}`);
    return `${name}: ${counts.join(', ') || 'never sent'}`;
  });
}

function workLines({ pollMs, completed, postponed, ran, runsPostponed }: HonestWork): string[] {
  const [median, p99, most] = [0.5, 0.99, 1].map((share) => ranked(pollMs, share).toFixed(1));
  return [
    `polls                ${pollMs.length}: median ${median} ms, p99 ${p99} ms, longest ${most} ms`,
    `exports meanwhile    ${completed} completed, ${postponed} kick-offs answered with 503 or 429`,
    `runs meanwhile       ${ran} answered with rows, ${runsPostponed} with 503 or 429`,
  ];
}

function problemLines({ promise, problems }: Check): string[] {
  return problems.map((problem) => `NOT TRUE that ${promise}: ${problem}`);
}

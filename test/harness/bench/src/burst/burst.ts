import { rounded } from '../rounded.js';
import { spreadOf } from '../spread.js';
import type { Spread } from '../spread.js';

export interface BurstTrial {
  /** FHIR bases of API instances, which are asked in turn. */
  readonly fhirUrls: readonly string[];
  /** The body of each kick-off. */
  readonly body: string;
  /** Requests at the same moment. */
  readonly requests: number;
  readonly rounds: number;
}

export interface BurstReport {
  readonly kickOffs: RequestsReport;
  readonly polls: RequestsReport;
}

interface RequestsReport {
  /** From the moment at which all were sent to the end of the answer, in ms. */
  readonly ms: Spread;
  /** How many answers had each status. */
  readonly statuses: Readonly<Record<string, number>>;
}

interface Timed {
  readonly ms: number;
  readonly status: number;
  readonly location: string | null;
}

/** Sends kick-offs at the same moment, then a poll of each export at the same moment, and so on. */
export async function measureBurst(trial: BurstTrial, signal: AbortSignal): Promise<BurstReport> {
  const { fhirUrls, body, requests, rounds } = trial;
  const headers = { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async' };
  const at = (index: number): string => fhirUrls[index % fhirUrls.length] ?? '';
  const kickOffs: Timed[] = [];
  const polls: Timed[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const made = await together(requests, (index) =>
      ask(`${at(index)}/$sql-export`, { method: 'POST', headers, body, signal }),
    );
    const locations = made.flatMap(({ location }) => location ?? []);
    const polled = await together(locations.length, (index) =>
      // Each export is polled at another instance than the one that accepted it.
      ask((locations[index] ?? '').replace(/^.*\/fhir/, at(index + 1)), { redirect: 'manual', signal }),
    );
    kickOffs.push(...made);
    polls.push(...polled);
  }
  return { kickOffs: report(kickOffs), polls: report(polls) };
}

function together(count: number, act: (index: number) => Promise<Timed>): Promise<Timed[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => act(index)));
}

async function ask(url: string, init: RequestInit): Promise<Timed> {
  const start = performance.now();
  const response = await fetch(url, init);
  await response.arrayBuffer();
  const { status, headers } = response;
  return { ms: performance.now() - start, status, location: headers.get('content-location') };
}

function report(answers: readonly Timed[]): RequestsReport {
  const statuses: Record<string, number> = {};
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
  const { p50, p99 } = spreadOf(answers.map(({ ms }) => ms));
  return { ms: { p50: rounded(p50), p99: rounded(p99) }, statuses };
}

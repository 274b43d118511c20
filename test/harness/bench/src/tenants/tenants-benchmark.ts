import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@millrace/client';
import type { BundledView } from '@millrace/samples';
import { spreadOf } from '../spread.js';

export interface TenantsTrial {
  readonly views: readonly BundledView[];
  readonly tries: number;
  /** Exports that the large tenant has under way at a time. */
  readonly exports: number;
}

/** How long an export of the small tenant takes while the large one is idle, and while it is at work; each try in turn. */
export async function measureTenants(large: Client, small: Client, trial: TenantsTrial, signal: AbortSignal) {
  const order = {
    subjects: trial.views.map(({ name, view }) => ({ name, resource: view })),
    format: 'parquet' as const,
  };
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-tenants-'));
  const timed = async (name: string): Promise<number> => {
    const startedAt = performance.now();
    await small.exportTables(order, join(folder, name), { signal });
    return performance.now() - startedAt;
  };
  const [alone, beside]: [number[], number[]] = [[], []];
  try {
    // Engines that start, and views that are compiled for the first time, are no matter of tenants.
    await timed('first');
    for (let index = 0; index < trial.tries; index += 1) {
      alone.push(await timed(`alone-${index}`));
      const running = await Promise.all(
        Array.from({ length: trial.exports }, () => large.startExport(order, { signal })),
      );
      beside.push(await timed(`beside-${index}`));
      for (const statusUrl of running) await large.cancelExport(statusUrl, { signal });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const [aloneMs, besideMs] = [spreadOf(alone), spreadOf(beside)];
  return { aloneMs, besideMs, ratio: besideMs.p50 / aloneMs.p50 };
}

/** Times of kick-offs and polls with tokens and without, in turns. */
export async function measureTokens(
  clients: { readonly without: Client; readonly with: Client },
  order: Parameters<Client['startExport']>[0],
  rounds: number,
  signal: AbortSignal,
) {
  const times = { without: { kickOff: [], status: [] }, with: { kickOff: [], status: [] } } as Record<
    keyof typeof clients,
    Record<'kickOff' | 'status', number[]>
  >;
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of ['without', 'with'] as const) {
      const began = performance.now();
      const statusUrl = await clients[kind].startExport(order, { signal });
      const started = performance.now();
      await clients[kind].findExport(statusUrl, { signal });
      const found = performance.now();
      await clients[kind].cancelExport(statusUrl, { signal });
      // The first requests open connections, get tokens, and have code compiled.
      if (round < rounds / 10) continue;
      times[kind].kickOff.push(started - began);
      times[kind].status.push(found - started);
    }
  }
  const of = (what: 'kickOff' | 'status') => {
    const [without, tokens] = [spreadOf(times.without[what]), spreadOf(times.with[what])];
    return { withoutMs: without, withMs: tokens, ratio: tokens.p50 / without.p50 };
  };
  return { kickOff: of('kickOff'), status: of('status') };
}

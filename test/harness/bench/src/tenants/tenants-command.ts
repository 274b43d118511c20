import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@millrace/client';
import { byteCount, wholeNumberFrom } from '@millrace/harness-kit';
import { startStack } from '@millrace/local-stack';
import type { Command } from 'commander';
import { addBounded } from '../bounded-benchmark.js';
import type { Bounds } from '../bounded-benchmark.js';
import { chooseViews } from '../choose-views.js';
import { provideSource } from '../source/provide-source.js';
import { SOURCES_FOLDER } from '../workspace.js';
import type { BenchWorld } from '../world.js';
import { measureTenants, measureTokens } from './tenants-benchmark.js';
import { registerTenants } from './two-tenants.js';

interface TenantsArguments {
  readonly large: number;
  readonly small: number;
  readonly exports: number;
  readonly tries: number;
  readonly rounds: number;
  readonly threads: number;
  readonly view?: string[];
}

/** The promises: a small tenant beside a large one, and tokens. */
const LIMITS = { besideRatio: 3, tokenRatio: 1.3 } as const;

/** Adds `tenants`: how much a large tenant slows a small one, and tokens slow requests. */
export function addTenants(program: Command, world: BenchWorld): void {
  const command = program
    .command('tenants')
    .description(
      'export time of a small tenant alone and beside a large one; kick-off and status with tokens',
    )
    .option('--large <n>', 'size of the input of the large tenant; takes KB, MB and GB', byteCount, 1e9)
    .option('--small <n>', 'size of the input of the small one', byteCount, 20e6)
    .option('--exports <n>', 'exports that the large one has under way', wholeNumberFrom(1), 4)
    .option('--tries <n>', 'exports of the small one, alone and beside', wholeNumberFrom(1), 10)
    .option('--rounds <n>', 'kick-offs with tokens and without', wholeNumberFrom(10), 200)
    .option('--threads <n>', 'engine threads of the worker', wholeNumberFrom(1), 2)
    .option('--view <name...>', 'exports only these views, together');
  addBounded(command, world, runTenants);
}

async function runTenants(given: TenantsArguments, { signal, report }: Bounds): Promise<object> {
  const views = await chooseViews(given.view);
  const provide = (bytes: number) => provideSource(SOURCES_FOLDER, { bytes, gzip: false }, report);
  const sources = { large: await provide(given.large), small: await provide(given.small) };
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-auth-'));
  try {
    const { environment, clientOf } = await registerTenants(folder, {
      large: sources.large.name,
      small: sources.small.name,
    });
    const settings = { ...environment, ENGINE_THREADS: String(given.threads) };
    await using stack = await startStack({ data: SOURCES_FOLDER, workers: 1, environment: settings, report });
    const server = stack.api.fhirUrl;
    const [large, small] = [clientOf('large', server), clientOf('small', server)];
    const tenants = await measureTenants(large, small, { views, ...given }, signal);
    await using open = await startStack({ data: SOURCES_FOLDER, report });
    const [view] = views;
    const order = {
      subjects: view === undefined ? [] : [{ name: view.name, resource: view.view }],
      format: 'ndjson' as const,
      source: sources.small.name,
    };
    const clients = { without: connect(open.api.fhirUrl), with: small };
    const tokens = await measureTokens(clients, order, given.rounds, signal);
    const { kickOff, status } = tokens;
    return {
      input: { large: sources.large.bytes, small: sources.small.bytes },
      views: views.map(({ name }) => name),
      exports: given.exports,
      threads: given.threads,
      tenants,
      tokens,
      limits: LIMITS,
      withinLimits:
        tenants.ratio <= LIMITS.besideRatio && Math.max(kickOff.ratio, status.ratio) <= LIMITS.tokenRatio,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

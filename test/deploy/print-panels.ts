// `npm run panels`: shows what the dashboard shows. It starts a stack and a real Prometheus, makes exports that complete, fail and are
// cancelled, asks every query of every panel, and prints how many series came back. A query without any is a failure, unless
// `WITHOUT_SERIES` says why there are none. The last line is "N passed, M failed".
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, readLogLine, startStack } from '@millrace/local-stack';
import { sampleDataDir } from '@millrace/samples';
import { idView } from '../e2e/id-view.js';
import { download, kickOff, resultOf } from '../e2e/wire.js';
import { until } from '../until.js';

const ROOT = resolve(import.meta.dirname, '../..');
const SCRAPE_SECONDS = 1;
/** Scrapes that must follow the last event, so that rates have two samples. */
const SCRAPES = 3;

/** Queries that have no series in a stack in which nothing is wrong, by parts of their expressions. */
const WITHOUT_SERIES = new Map([
  ['status=~"5.."', 'no request is answered with 5xx'],
  ['millrace_requests_throttled_total', 'no limit is reached'],
  ['result!="ok"', 'no background task fails'],
]);

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}
const { panels } = JSON.parse(
  readFileSync(join(ROOT, 'deploy/grafana/dashboards/millrace.json'), 'utf8'),
) as { panels: Panel[] };

function programOf(name: string): string | undefined {
  try {
    return execFileSync('bash', [join(ROOT, '.ci/prometheus-program'), name], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Exports that end in every way, a run, and a kick-off that is refused. */
async function use(fhirUrl: string): Promise<void> {
  const views = [idView('Patient')];
  await download(await kickOff(fhirUrl, { views, format: 'csv' }));
  await resultOf(await kickOff(fhirUrl, { views: [idView('Basic')], format: 'csv' }));
  await resultOf(await kickOff(fhirUrl, { views: [idView('Device')], format: 'parquet' }));
  const cancelled = await kickOff(fhirUrl, { views: [idView('Observation')], format: 'ndjson' });
  await fetch(cancelled, { method: 'DELETE' });
  const parameter = [
    { name: 'subjectResource', resource: idView('Patient') },
    { name: '_format', valueCode: 'csv' },
  ];
  const headers = { 'Content-Type': 'application/fhir+json' };
  const body = JSON.stringify({ resourceType: 'Parameters', parameter });
  const run = await fetch(`${fhirUrl}/$sql-run`, { method: 'POST', headers, body });
  if (run.status !== 200) throw new Error(`run: ${run.status} ${await run.text()}`);
  await run.arrayBuffer();
  await kickOff(fhirUrl, { views, format: 'no-format' }).catch(() => undefined);
}

/** Prometheus for a while: it listens on loopback and keeps its data in `folder`. */
async function startPrometheus(program: string, folder: string, targets: readonly string[]) {
  const port = await freePort();
  const config = {
    global: { scrape_interval: `${SCRAPE_SECONDS}s` },
    scrape_configs: [{ job_name: 'millrace', static_configs: [{ targets }] }],
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'prometheus.yaml'), JSON.stringify(config));
  const args = [
    `--config.file=${join(folder, 'prometheus.yaml')}`,
    `--storage.tsdb.path=${join(folder, 'tsdb')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ];
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = new Promise<void>((end) => child.once('close', () => end()));
  return {
    /** The series that a query has now. */
    async query(expression: string): Promise<readonly { readonly value: readonly [number, string] }[]> {
      const answer = await fetch(
        `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`,
      );
      if (answer.status !== 200) throw new Error(`${expression}: ${await answer.text()}`);
      return ((await answer.json()) as { data: { result: { value: [number, string] }[] } }).data.result;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The faults that `promtool check metrics` finds in metrics of our own; those of Node are named by a library. */
function lint(promtool: string, input: string): readonly string[] {
  const { stdout, stderr, status, error } = spawnSync(promtool, ['check', 'metrics'], {
    input,
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
  const own = lines.filter((line) => !/^(nodejs|process)_/.test(line));
  return status === 0 || lines.length > own.length ? own : [...own, `exit code ${String(status)}`];
}

async function main(): Promise<void> {
  const [prometheus, promtool] = [programOf('prometheus'), programOf('promtool')];
  if (prometheus === undefined || promtool === undefined) {
    const mustRun = process.env['REQUIRE_PROMTOOL'] === '1';
    print('not run: there is no Prometheus');
    print(`0 passed, ${mustRun ? 1 : 0} failed`);
    process.exitCode = mustRun ? 1 : 0;
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'millrace-panels-'));
  const data = join(folder, 'data');
  cpSync(sampleDataDir, data, { recursive: true });
  writeFileSync(join(data, 'Basic.ndjson'), 'no resource\n');
  let [passed, failed] = [0, 0];
  try {
    await using stack = await startStack({ data, workers: 0 });
    let workerUrl = '';
    await stack.startWorker({}, (line) => {
      workerUrl ||= ((readLogLine(line) ?? {}) as { operations?: string }).operations ?? '';
    });
    const urls = [stack.api.operationsUrl, workerUrl];
    await using server = await startPrometheus(
      prometheus,
      folder,
      urls.map((url) => new URL(url).host),
    );
    const scrapes = async (): Promise<number> => {
      const series = await server.query('min(count_over_time(up{job="millrace"}[1h]))').catch(() => []);
      return Number(series[0]?.value[1] ?? 0);
    };
    await until(async () => (await scrapes()) >= SCRAPES, 'first scrapes');
    await use(stack.api.fhirUrl);
    const before = await scrapes();
    await until(async () => (await scrapes()) >= before + SCRAPES, 'scrapes after the exports');

    for (const { title, targets = [] } of panels) {
      for (const { expr } of targets) {
        const query = expr.replaceAll('$namespace', '.*').replaceAll('$__rate_interval', '1m');
        const { length } = await server.query(query);
        const reason = [...WITHOUT_SERIES].find(([part]) => expr.includes(part))?.[1];
        const isRight = length > 0 || reason !== undefined;
        if (isRight) passed += 1;
        else failed += 1;
        const found = length > 0 ? `${length} series` : (reason ?? 'NO SERIES');
        print(`${title} | ${found} | ${expr}`);
      }
    }
    for (const url of urls) {
      const input = await (await fetch(`${url}/metrics`)).text();
      const faults = lint(promtool, input);
      if (faults.length === 0) passed += 1;
      else failed += 1;
      for (const fault of faults) print(`promtool check metrics: ${fault}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  print(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();

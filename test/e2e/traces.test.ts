import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readLogLine } from '@millrace/local-stack';
import type { LocalStack } from '@millrace/local-stack';
import { until } from '../until.js';
import { idView } from './id-view.js';
import { startTestStack } from './test-stack.js';
import { resultOf } from './wire.js';

const PATIENT = 'secret-patient-4711';

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number };
}
interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

/** A collector that keeps what it is sent by OTLP over HTTP as JSON. */
async function startCollector() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/v1/traces') bodies.push(Buffer.concat(chunks).toString('utf8'));
      response.setHeader('Content-Type', 'application/json').end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    /** Each span, with the name of its service. */
    spans: () =>
      bodies.flatMap((body) =>
        (JSON.parse(body) as Sent).resourceSpans.flatMap(({ resource, scopeSpans }) => {
          const service = resource.attributes.find(({ key }) => key === 'service.name')?.value['stringValue'];
          return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })));
        }),
      ),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function kickOff(
  fhirUrl: string,
  headers: Readonly<Record<string, string>>,
  type: string,
): Promise<string> {
  const response = await fetch(`${fhirUrl}/$sql-export`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async', ...headers },
    body: JSON.stringify({
      resourceType: 'Parameters',
      parameter: [
        { name: 'subject', part: [{ name: 'subjectResource', resource: idView(type) }] },
        { name: '_format', valueCode: 'csv' },
        { name: 'patient', valueReference: { reference: `Patient/${PATIENT}` } },
      ],
    }),
  });
  if (response.status !== 202) throw new Error(`kick-off: ${response.status} ${await response.text()}`);
  return response.headers.get('content-location') ?? '';
}

const CLIENT = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
/** Traces of exports that end before there is a worker, by who cancels them. */
const CANCELLED = {
  client: '0af7651916cd43dd8448eb211c80319c',
  operator: '1af7651916cd43dd8448eb211c80319c',
  'client of Bulk Data': '2af7651916cd43dd8448eb211c80319c',
} as const;
const traceparentOf = (traceId: string) => ({ traceparent: `00-${traceId}-${CLIENT.spanId}-01` });

async function kickOffBulk(fhirUrl: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const asked = { Accept: 'application/fhir+json', Prefer: 'respond-async', ...headers };
  const response = await fetch(`${fhirUrl}/$export?_type=Patient`, { headers: asked });
  if (response.status !== 202) throw new Error(`kick-off: ${response.status} ${await response.text()}`);
  return response.headers.get('content-location') ?? '';
}

let folder: string;
let collector: Awaited<ReturnType<typeof startCollector>>;
let stack: LocalStack;
const workerLines: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-traces-'));
  await writeFile(join(folder, 'Patient.ndjson'), `{"resourceType":"Patient","id":"${PATIENT}"}\n`);
  await writeFile(join(folder, 'Condition.ndjson'), 'no resource\n');
  collector = await startCollector();
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '50',
  };
  stack = await startTestStack({ data: folder, workers: 0, environment });
  const { fhirUrl, operationsUrl } = stack.api;
  const byClient = await kickOff(fhirUrl, traceparentOf(CANCELLED.client), 'Patient');
  expect((await fetch(byClient, { method: 'DELETE' })).status).toBe(202);
  const ofBulkData = await kickOffBulk(fhirUrl, traceparentOf(CANCELLED['client of Bulk Data']));
  expect((await fetch(ofBulkData, { method: 'DELETE' })).status).toBe(202);
  const byOperator = await kickOff(fhirUrl, traceparentOf(CANCELLED.operator), 'Patient');
  const cancel = `${operationsUrl}/admin/exports/${byOperator.split('/').at(-2)}/cancel`;
  const change = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' };
  expect((await fetch(cancel, change)).status).toBe(202);
  await stack.startWorker({}, (line) => void workerLines.push(line));
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await collector.close();
  await rm(folder, { recursive: true, force: true });
});

/** All that spans may have. */
const ATTRIBUTES = new Set([
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'millrace.attempt',
  'millrace.bytes',
  'millrace.bytes_read',
  'millrace.bytes_written',
  'millrace.cut',
  'millrace.export.id',
  'millrace.object',
  'millrace.objects',
  'millrace.operation',
  'millrace.outcome',
  'millrace.parts',
  'millrace.rows_written',
  'millrace.step',
  'millrace.subjects',
]);

const spansOf = (trace: string) => collector.spans().filter(({ traceId }) => traceId === trace);

describe('an export', () => {
  test.each(Object.entries(CANCELLED))('that its %s cancels has its end in its trace', async (_, traceId) => {
    const end = () => spansOf(traceId).find(({ name }) => name === 'export');
    await until(async () => end() !== undefined, 'the span of its end');
    expect(end()).toMatchObject({ service: 'millrace-api' });
    expect(end()?.attributes).toContainEqual({
      key: 'millrace.outcome',
      value: { stringValue: 'cancelled' },
    });
  });

  test('is one trace over all processes, below the span of its client, with ids and counts and nothing else', async () => {
    const traceparent = `00-${CLIENT.traceId}-${CLIENT.spanId}-01`;
    const statusUrl = await kickOff(stack.api.fhirUrl, { traceparent }, 'Patient');
    expect((await resultOf(statusUrl)).status).toBe(200);
    const exportId = statusUrl.split('/').at(-2);
    const isThere = () => {
      const names = new Set(spansOf(CLIENT.traceId).map(({ name }) => name));
      return names.has('export') && names.has('finalize') && names.has('kick-off');
    };
    await until(async () => isThere(), 'the spans of both processes');

    const spans = spansOf(CLIENT.traceId);
    expect(new Set(collector.spans().map(({ traceId }) => traceId))).toEqual(
      new Set([CLIENT.traceId, ...Object.values(CANCELLED)]),
    );
    const of = (name: string) => spans.filter((span) => span.name === name);
    const [root] = of('kick-off');
    expect(root).toMatchObject({ service: 'millrace-api', parentSpanId: CLIENT.spanId });
    for (const name of ['plan', 'shard', 'finalize', 'export']) {
      const found = of(name);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ service: 'millrace-worker', parentSpanId: root?.spanId });
    }
    expect(of('queue')).toHaveLength(3);
    expect(of('cut')[0]?.parentSpanId).toBe(of('shard')[0]?.spanId);
    const stored = of('store.create').map(({ service, attributes }) => {
      const kind = attributes.find(({ key }) => key === 'millrace.object')?.value['stringValue'];
      return `${String(service)} ${String(kind)}`;
    });
    expect(stored.sort()).toEqual([
      'millrace-api request',
      'millrace-worker cohort',
      'millrace-worker manifest',
      'millrace-worker plan',
    ]);

    const named = (attribute: string) =>
      spans.filter(({ attributes }) => attributes.some(({ key }) => key === attribute)).length;
    expect(named('millrace.export.id')).toBe(8);
    expect(collector.bodies.join('')).toContain(exportId);
    const names = new Set(spans.flatMap(({ attributes }) => attributes.map(({ key }) => key)));
    expect([...names].filter((name) => !ATTRIBUTES.has(name))).toEqual([]);
    for (const secret of [PATIENT, new URL(stack.api.fhirUrl).host]) {
      expect(collector.bodies.join('')).not.toContain(secret);
    }
    for (const span of spans) {
      expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
    }
  });

  test('has lines in the log with export, step, attempt and trace', async () => {
    const lines = workerLines.map((line) => readLogLine(line) as Record<string, unknown>);
    const [committed] = lines.filter((line) => line['msg'] === 'shard committed');
    expect(committed).toMatchObject({
      exportId: expect.stringMatching(/^[0-9a-f]+$/),
      step: 'shard-0',
      attempt: 1,
      traceId: CLIENT.traceId,
    });
    expect(lines.filter((line) => line['msg'] === 'export ended')).toMatchObject([
      { traceId: CLIENT.traceId },
    ]);
    expect(workerLines.join('')).not.toContain(PATIENT);
  });

  test('that fails, and whose client has no trace, is a trace of its own that says so by a code', async () => {
    await resultOf(await kickOff(stack.api.fhirUrl, { traceparent: 'not one' }, 'Condition'));
    const own = () =>
      collector
        .spans()
        .filter(
          ({ traceId }) => traceId !== CLIENT.traceId && !Object.values<string>(CANCELLED).includes(traceId),
        );
    await until(async () => own().some(({ name }) => name === 'export'), 'its end');
    expect(new Set(own().map(({ traceId }) => traceId)).size).toBe(1);
    const [root] = own().filter(({ name }) => name === 'kick-off');
    expect(root?.parentSpanId ?? '').toBe('');
    const [end] = own().filter(({ name }) => name === 'export');
    expect(end?.status.code).toBe(2);
    expect(end?.attributes).toContainEqual({ key: 'error.type', value: { stringValue: 'invalid' } });
  });
});

test('a process that records nothing loads no SDK and no exporter', async () => {
  const loaded = async (exporter: string): Promise<number> => {
    const script = `
      import { createRequire } from 'node:module';
      const { observeService } = await import('@millrace/observability');
      const options = { service: 'api', version: '0', logLevel: 'silent', probes: {} };
      await observeService({ ...options, exporter: '${exporter}' });
      const { cache } = createRequire(import.meta.url);
      console.log(Object.keys(cache).filter((path) => /@opentelemetry.(sdk|otlp|exporter)/.test(path)).length);
      process.exit(0);`;
    const args = ['--input-type=module', '--eval', script];
    const cwd = resolve(import.meta.dirname, '../../packages/observability');
    return Number((await promisify(execFile)(process.execPath, args, { cwd })).stdout);
  };
  expect(await loaded('none')).toBe(0);
  expect(await loaded('http/protobuf')).toBeGreaterThan(10);
});

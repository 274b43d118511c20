import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readLogLine } from '@millrace/local-stack';
import type { LocalStack } from '@millrace/local-stack';
import { createMetrics } from '@millrace/observability';
import { parse, parseAllDocuments } from 'yaml';
import { startTestStack } from '../e2e/test-stack.js';
import { readPromql } from './promql.js';
import { ROOT } from './render.js';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}
const { groups } = parse(read('deploy/prometheus/alerts.yaml')) as { groups: { rules: Alert[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string }[];
}
const dashboard = JSON.parse(read('deploy/grafana/dashboards/millrace.json')) as { panels: Panel[] };

interface ScaledObject {
  readonly kind: string;
  readonly spec: { readonly triggers: readonly { readonly metadata: { readonly query: string } }[] };
}
const scaler = parseAllDocuments(read('deploy/kustomize/base/worker.yaml'))
  .map((document) => document.toJS() as ScaledObject)
  .find(({ kind }) => kind === 'ScaledObject');

const expressions = [
  ...alerts.map(({ alert, expr }) => ({ title: `alert ${alert}`, expr })),
  ...dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ title: `panel ${title}`, expr })),
  ),
  ...(scaler?.spec.triggers ?? []).map(({ metadata }) => ({ title: 'the scaler', expr: metadata.query })),
];

/** Labels that Prometheus gives to what it scrapes, in a cluster or outside, and the label of all our metrics. */
const TARGET_LABELS = ['namespace', 'pod', 'instance', 'job', 'service'];
const PARTS_OF_HISTOGRAMS = /_(bucket|count|sum)$/;

let stack: LocalStack;
/** The metrics that the API and a worker give after an export. */
let scraped = '';
let printed = '';
beforeAll(async () => {
  stack = await startTestStack({ data: join(ROOT, 'packages/samples/data'), workers: 0 });
  let workerUrl = '';
  await stack.startWorker({ ENGINE_THREADS: '1' }, (line) => {
    const { operations } = (readLogLine(line) ?? {}) as { operations?: string };
    workerUrl ||= operations ?? '';
  });
  const program = join(ROOT, 'deploy/demo-export.mjs');
  ({ stdout: printed } = await promisify(execFile)(process.execPath, [program, stack.api.fhirUrl]));
  for (const url of [stack.api.operationsUrl, workerUrl]) {
    scraped += await (await fetch(`${url}/metrics`)).text();
  }
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const isScraped = (metric: string): boolean =>
  [metric, metric.replace(PARTS_OF_HISTOGRAMS, '')].some((name) => scraped.includes(`\n# TYPE ${name} `));

interface RuleCase {
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[];
}
const ruleCases = (parse(read('deploy/prometheus/alerts.test.yaml')) as { tests: RuleCase[] }).tests.flatMap(
  ({ alert_rule_test: cases }) => cases,
);

describe('what operators are shown', () => {
  test('the demonstration prints rows of its export', () => {
    expect(printed).toMatch(/: 36 rows\nid,gender,birth_date\n/);
  });

  test.each(expressions)('$title asks for metrics and labels that services have', ({ expr }) => {
    const declared = createMetrics({ service: 'api', version: '0.0.0' }).registry;
    const { selectors, groups: by } = readPromql(expr);
    expect(selectors.length).toBeGreaterThan(0);
    const known = new Set(TARGET_LABELS);
    for (const { metric, labels } of selectors) {
      // Prometheus itself makes it for each target.
      if (metric === 'up') continue;
      expect({ metric, isScraped: isScraped(metric) }).toEqual({ metric, isScraped: true });
      const name = metric.replace(PARTS_OF_HISTOGRAMS, '');
      const found = declared.getSingleMetric(metric) ?? declared.getSingleMetric(name);
      // The library does not declare this field.
      const { labelNames = [] } = found as unknown as { labelNames?: readonly string[] };
      for (const label of [...labelNames, ...(metric.endsWith('_bucket') ? ['le'] : [])]) known.add(label);
      expect(labels.filter((label) => !known.has(label))).toEqual([]);
    }
    expect(by.filter((label) => !known.has(label))).toEqual([]);
  });

  test('the scaler reads series that are there from the first scrape', () => {
    const series = (start: string) => scraped.split('\n').filter((line) => line.startsWith(start));
    expect(series('millrace_queued_steps{').length).toBeGreaterThan(0);
    expect(series('millrace_queue_jobs{queue="export",state="active"').length).toBeGreaterThan(0);
  });

  test('the dashboard has a row for each subject', () => {
    const rows = dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title);
    const subjects = ['Demand', 'Progress', 'Latency', 'Failures', 'Saturation', 'Storage', 'Maintenance'];
    expect(rows).toEqual(subjects);
  });

  test('docs/operations.md names metrics that exist', () => {
    const named = [...read('docs/operations.md').matchAll(/`(millrace_[a-z_]+)/g)].map(
      ([, name = '']) => name,
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !isScraped(name))).toEqual([]);
  });

  const ofFirstEvents = alerts.filter(({ expr }) => /increase\(.*\) > 0$/.test(expr));
  test.each(ofFirstEvents)('$alert sees the first event: its counter is 0 before', async ({ expr }) => {
    const [, metric = '', matcher = ''] = /increase\((\w+)(?:\{(.*)\})?\[/.exec(expr) ?? [];
    const begun = await createMetrics({
      service: 'worker',
      version: '0.0.0',
    }).registry.getSingleMetricAsString(metric);
    expect(begun.split('\n').filter((line) => line.endsWith(' 0') && line.includes(matcher))).not.toEqual([]);
  });

  test('every alert has a case in which it fires and one in which it does not', () => {
    const tested = (fires: boolean) =>
      new Set(ruleCases.filter((one) => one.exp_alerts.length > 0 === fires).map((one) => one.alertname));
    const names = alerts.map(({ alert }) => alert).sort();
    expect([...tested(true)].sort()).toEqual(names);
    expect([...tested(false)].sort()).toEqual(names);
  });

  /** The text below each heading of docs/operations.md, by its anchor. */
  const sections = new Map(
    [...read('docs/operations.md').matchAll(/^#+ (.+)\n((?:(?!#+ ).*\n)*)/gm)].map(
      ([, heading = '', text = '']) => [
        heading
          .toLowerCase()
          .replaceAll(/[^\w\s-]/g, '')
          .replaceAll(' ', '-'),
        text,
      ],
    ),
  );

  test('every alert has a summary, a severity, and a runbook in docs/operations.md', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { alert, labels, annotations } of alerts) {
      const [document, anchor] = annotations.runbook.split('#');
      expect({ alert, document, hasRunbook: sections.has(anchor ?? '') }).toEqual({
        alert,
        document: 'docs/operations.md',
        hasRunbook: true,
      });
      expect(['critical', 'warning']).toContain(labels.severity);
      expect(annotations.summary).not.toBe('');
    }
  });

  test('the runbook of every alert is about it: the text names the alert, or a metric that it watches', () => {
    const others = alerts.flatMap(({ alert, expr, annotations: { runbook } }) => {
      const text = sections.get(runbook.split('#')[1] ?? '') ?? '';
      const metrics = (expr.match(/\b[a-z]+(?:_[a-z0-9]+)+/g) ?? []).map((name) =>
        name.replace(/_(bucket|count|sum)$/, ''),
      );
      return [alert, ...metrics].some((name) => text.includes(name)) ? [] : [`${alert}: ${runbook}`];
    });
    expect(others).toEqual([]);
  });
});

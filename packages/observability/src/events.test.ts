import { describe, expect, it } from '@jest/globals';
import { createEvents } from './events.js';
import { createLogger } from './logger.js';
import { createMetrics } from './metrics.js';
import { setQueueGauges } from './queue-gauges.js';

function observed() {
  const lines: Record<string, unknown>[] = [];
  const metrics = createMetrics({ service: 'test', version: '1.2.3' });
  const log = createLogger({
    service: 'test',
    level: 'debug',
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  return { lines, metrics, events: createEvents({ log, metrics }), scrape: () => metrics.registry.metrics() };
}

describe('business events', () => {
  it('a committed cut is logged with its export and counted by format', async () => {
    const { events, lines, scrape } = observed();
    events.cutCommitted({
      exportId: 'e1',
      step: 'shard-0',
      attempt: 1,
      cut: 0,
      parts: 2,
      rowsWritten: 10,
      bytesWritten: 200,
      bytesRead: 3000,
      format: 'csv',
      input: 'Patient.ndjson',
      tally: { skippedLines: 0, otherTypes: { Group: 2, '': 1 } },
    });
    expect(lines[0]).toMatchObject({ exportId: 'e1', step: 'shard-0', rowsWritten: 10 });
    const text = await scrape();
    expect(text).toContain('millrace_rows_written_total{format="csv",service="test"} 10');
    expect(text).toContain('millrace_bytes_written_total{format="csv",service="test"} 200');
  });

  it('a failure that ends an export has one line above info, that of the export; others warn at each attempt', () => {
    const { events, lines } = observed();
    const attempt = {
      exportId: 'e1',
      step: 'shard-0',
      attempt: 1,
      code: 'conflict',
      reason: 'the input changed',
    };
    const loud = (): unknown[] =>
      lines.splice(0).flatMap(({ level, msg }) => (level === 'info' ? [] : [[level, msg]]));
    events.shardFailed({ ...attempt, retryable: false, durationMs: 1 });
    events.stepFailed({ ...attempt, step: 'plan', retryable: false });
    const failure = { code: 'conflict', diagnostics: 'the input changed' };
    events.exportSettled({ exportId: 'e1', outcome: 'failed', durationMs: 1, failure });
    expect(loud()).toEqual([['error', 'export failed']]);
    events.shardFailed({ ...attempt, retryable: true, durationMs: 1 });
    events.stepFailed({ ...attempt, step: 'plan', retryable: false, err: new Error('a fault of the code') });
    expect(loud()).toEqual([
      ['warn', 'shard failed'],
      ['warn', 'step failed'],
    ]);
  });

  it('a cut with lines that were passed over is a warning that says where, and they are counted', async () => {
    const { events, lines, scrape } = observed();
    const tally = { skippedLines: 3, firstSkipped: 120, otherTypes: { Group: 2, '': 1 } };
    events.cutCommitted({
      exportId: 'e1',
      step: 'shard-0',
      attempt: 1,
      cut: 0,
      parts: 0,
      rowsWritten: 0,
      bytesWritten: 0,
      bytesRead: 0,
      format: 'csv',
      input: 'Patient.ndjson',
      tally,
    });
    expect(lines).toMatchObject([{ level: 'warn', input: 'Patient.ndjson', tally }]);
    const text = await scrape();
    expect(text).toContain('millrace_skipped_lines_total{service="test"} 3');
    expect(text).toContain('millrace_other_type_resources_total{service="test"} 3');
  });

  it('a lost lease and a refused write are warnings with their reason as label', async () => {
    const { events, lines, scrape } = observed();
    events.leaseLost({ exportId: 'e1', step: 'shard-0', attempt: 1, reason: 'deadline' });
    events.fenced({ exportId: 'e1', step: 'shard-0', op: 'commit-part' });
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
    const text = await scrape();
    expect(text).toContain('millrace_lease_lost_total{reason="deadline",service="test"} 1');
    expect(text).toContain('millrace_fenced_writes_total{op="commit-part",service="test"} 1');
  });

  it('a failed export is an error with its code and reason, and its code is counted', async () => {
    const { events, lines, scrape } = observed();
    const failure = { code: 'invalid', diagnostics: 'Patient.ndjson, line 3 is not a FHIR resource' };
    events.exportSettled({ exportId: 'e1', outcome: 'failed', durationMs: 5, failure });
    events.exportSettled({ exportId: 'e2', outcome: 'completed', durationMs: 5 });
    expect(lines).toMatchObject([
      { level: 'error', msg: 'export failed', code: 'invalid', reason: failure.diagnostics },
      { level: 'info', msg: 'export ended' },
    ]);
    const text = await scrape();
    expect(text).toContain(
      'millrace_exports_settled_total{outcome="failed",code="invalid",service="test"} 1',
    );
    expect(text).toContain('millrace_exports_settled_total{outcome="completed",code="",service="test"} 1');
  });

  it('notices of an export are counted by kind, and their files are in the log only', async () => {
    const { events, lines, scrape } = observed();
    events.noticed({ exportId: 'e1', kind: 'unread-input', count: 3, names: 'a.zip, b.zip and 1 more' });
    events.noticed({ exportId: 'e1', kind: 'view' });
    expect(lines).toMatchObject([
      { level: 'warn', count: 3, names: 'a.zip, b.zip and 1 more' },
      { kind: 'view' },
    ]);
    const text = await scrape();
    expect(text).toContain('millrace_notices_total{kind="unread-input",service="test"} 3');
    expect(text).toContain('millrace_notices_total{kind="view",service="test"} 1');
    expect(text).not.toContain('zip');
  });

  it('a run tells its rows and bytes in log and metrics, and how it ended', async () => {
    const { events, lines, scrape } = observed();
    const about = { requestId: 'r-unique', operation: 'sql-run', format: 'csv' };
    events.runStarted({ ...about, resourceCount: 2, passedOver: 1 });
    events.runEnded({
      ...about,
      rowCount: 3,
      bytes: 40,
      resourceCount: 2,
      firstByteMs: 1,
      durationMs: 5,
    });
    events.runFailed({ ...about, stage: 'cut', reason: 'too long', rowCount: 1, bytes: 10, durationMs: 5 });
    expect(lines).toMatchObject([
      { level: 'info', msg: 'run started', resourceCount: 2, passedOver: 1 },
      { level: 'info', msg: 'run ended', rowCount: 3, bytes: 40, resourceCount: 2 },
      { level: 'warn', msg: 'run did not end', stage: 'cut', reason: 'too long', rowCount: 1 },
    ]);
    const text = await scrape();
    for (const result of ['ended', 'cut']) {
      expect(text).toContain(
        `millrace_runs_total{operation="sql-run",format="csv",result="${result}",service="test"} 1`,
      );
    }
    expect(text).toContain('millrace_run_rows_total{service="test"} 4');
    expect(text).toContain('millrace_run_bytes_total{service="test"} 50');
    expect(text).not.toContain('r-unique');
  });

  it('ids never become labels', async () => {
    const { events, scrape } = observed();
    events.kickedOff({ exportId: 'e-unique', operation: '$sql-export', format: 'csv', subjects: 1 });
    events.shardStarted({ exportId: 'e-unique', step: 'shard-0', attempt: 1, offset: 0, waitedMs: 5 });
    events.shardCommitted({
      exportId: 'e-unique',
      step: 'shard-0',
      attempt: 1,
      durationMs: 5,
      engines: ['codegen'],
    });
    events.exportSettled({ exportId: 'e-unique', outcome: 'completed', durationMs: 5 });
    expect(await scrape()).not.toContain('e-unique');
  });

  it('the registry tells the version and the queues', async () => {
    const { metrics, scrape } = observed();
    setQueueGauges(metrics, [
      { queue: 'export', jobs: { waiting: 3 }, oldestWaitingSeconds: 4, paused: false, workers: 2 },
    ]);
    const text = await scrape();
    expect(text).toContain('millrace_build_info{version="1.2.3",service="test"} 1');
    expect(text).toContain('millrace_queue_jobs{queue="export",state="waiting",service="test"} 3');
    expect(text).toContain('millrace_workers{queue="export",service="test"} 2');
  });
});

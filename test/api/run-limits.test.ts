import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { connectionEndOf } from './connection-end.js';
import { outcomeOf } from './requests.js';
import { formatCode, limitOf, postRun, runBody } from './run-requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;

/** 300,000 resources, more than what fits into one cut and into the buffers of a connection. */
const COUNT = 300_000;

beforeAll(async () => {
  platform = await openPlatform();
  const line = (at: number): string => `{"resourceType":"Patient","id":"patient-number-${at}"}\n`;
  await writeFile(
    join(platform.data, 'Patient.ndjson'),
    Array.from({ length: COUNT }, (_, at) => line(at)).join(''),
  );
});

afterAll(() => platform.close());

const urlOf = (api: ApiService): string => `${api.fhirUrl}/$sql-run`;
const metricsOf = async (api: ApiService): Promise<string> =>
  (await fetch(`${api.operationsUrl}/metrics`)).text();

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a run over a limit', () => {
  it.each([
    ['RUN_LIMIT_ROWS', '10'],
    ['RUN_LIMIT_BYTES', '100'],
  ])('of %s is refused before its first row, and told of the export', async (name, value) => {
    const api = await platform.start({ [name]: value });
    const response = await postRun(urlOf(api), runBody());
    expect(response.status).toBe(422);
    const [issue] = (await outcomeOf(response)).issue;
    expect([issue?.code, issue?.diagnostics]).toEqual(['too-costly', expect.stringContaining('$sql-export')]);
    expect((await postRun(urlOf(api), runBody([limitOf(2)]))).status).toBe(200);
  });

  it('behind its first row is broken off, and never ends as if it were whole', async () => {
    const api = await platform.start({ RUN_LIMIT_ROWS: String(COUNT - 1) });
    const response = await postRun(urlOf(api), runBody());
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    const metrics = await metricsOf(api);
    expect(metrics).toMatch(/millrace_runs_total\{[^}]*result="cut"[^}]*\} 1/);
    // The client was sent 200; what came of it is 422.
    expect(metrics).toContain('route="/fhir/$sql-run",status="422"');
  });

  it('does not happen to a run that `_limit` ends', async () => {
    const api = await platform.start({ RUN_LIMIT_ROWS: '1000' });
    const text = await (await postRun(urlOf(api), runBody([limitOf(1000), formatCode('csv')]))).text();
    expect(text.split('\n').length).toBe(1000 + 2);
  });

  it('of time is refused, whatever it waits for', async () => {
    const api = await platform.start({ RUN_TIMEOUT: '100ms', RUN_THREADS: '1' });
    // Row groups of Parquet are sent at the end only.
    const response = await postRun(urlOf(api), runBody([formatCode('parquet')]));
    expect(response.status).toBe(422);
  });
});

describe('clients', () => {
  it('that go away free the thread of their run', async () => {
    const api = await platform.start({ RUN_THREADS: '1', RUN_AT_ONCE: '1', RUN_WAIT: '20s' });
    const url = new URL(urlOf(api));
    const body = JSON.stringify(runBody());
    const sent = request(url, { method: 'POST', headers: { 'Content-Type': 'application/fhir+json' } });
    sent.end(body);
    // The event has one argument.
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    // It reads nothing more.
    response.pause();
    sent.destroy();
    expect((await postRun(urlOf(api), runBody([limitOf(1)]))).status).toBe(200);
    await until(async () => /millrace_runs_total\{[^}]*result="gone"[^}]*\} 1/.test(await metricsOf(api)));
  });

  it('that read nothing keep no thread from the others', async () => {
    const api = await platform.start({ RUN_THREADS: '1', RUN_AT_ONCE: '2' });
    const gone = new AbortController();
    // It has its head, and nobody reads on.
    expect((await postRun(urlOf(api), runBody(), {}, gone.signal)).status).toBe(200);
    const text = await (await postRun(urlOf(api), runBody())).text();
    expect(text.split('\n').length).toBe(COUNT + 1);
    gone.abort();
  });

  it('that read nothing are broken off, and counted', async () => {
    const api = await platform.start({ RUN_READ_PATIENCE: '1s' });
    const slow = await postRun(urlOf(api), runBody());
    expect(slow.status).toBe(200);
    await until(async () => /millrace_runs_total\{[^}]*result="slow"[^}]*\} 1/.test(await metricsOf(api)));
    await expect(slow.text()).rejects.toThrow();
  });

  it('that read nothing give their places to others', async () => {
    const api = await platform.start({ RUN_AT_ONCE: '1', RUN_WAIT: '60s', RUN_READ_PATIENCE: '1h' });
    const slow = await postRun(urlOf(api), runBody());
    const second = await postRun(urlOf(api), runBody([limitOf(1)]));
    expect([slow.status, second.status]).toEqual([200, 200]);
    await expect(slow.text()).rejects.toThrow();
  });

  it('that take the end of a connection for that of an answer see a broken one reset', async () => {
    const api = await platform.start({ RUN_LIMIT_ROWS: String(COUNT - 1) });
    const { hostname, port, pathname } = new URL(urlOf(api));
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    const body = JSON.stringify(runBody());
    const head = `POST ${pathname} HTTP/1.0\r\nHost: x\r\nContent-Type: application/fhir+json\r\nContent-Length: ${body.length}`;
    socket.write(`${head}\r\n\r\n${body}`);
    const { end, received } = await connectionEndOf(socket);
    expect(received.toString()).toMatch(/^HTTP\/1.1 200 /);
    expect(end).toBe('reset');
  });

  it('beyond those that runs are for are told to come again', async () => {
    const api = await platform.start({ RUN_AT_ONCE: '1', RUN_QUEUE: '0' });
    const gone = new AbortController();
    const first = await postRun(urlOf(api), runBody(), {}, gone.signal);
    expect(first.status).toBe(200);
    const second = await postRun(urlOf(api), runBody([limitOf(1)]));
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    gone.abort();
  });

  it('with large bodies give their room back, one after the other', async () => {
    const api = await platform.start({ KICK_OFF_VIEWS_BYTES: String(1 << 20), KICK_OFF_VIEWS_WAIT: '0s' });
    const large = { resourceType: 'Patient', id: 'a', text: { div: 'x'.repeat(700_000) } };
    for (let at = 0; at < 3; at += 1) {
      const response = await postRun(urlOf(api), runBody([{ name: 'resource', resource: large }]));
      expect(await response.text()).toBe('{"id":"a"}\n');
    }
  });

  it('get all rows in the order of the input, from several threads', async () => {
    const api = await platform.start({ RUN_THREADS: '2' });
    const text = await (await postRun(urlOf(api), runBody())).text();
    const expected = Array.from({ length: COUNT }, (_, at) => `{"id":"patient-number-${at}"}\n`).join('');
    expect(text === expected).toBe(true);
    expect(await metricsOf(api)).toMatch(new RegExp(`millrace_run_rows_total\\{[^}]*\\} ${COUNT}`));
  });
});

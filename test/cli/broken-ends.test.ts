import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { idView } from '../e2e/id-view.js';
import { until } from '../until.js';
import { inShell } from './in-shell.js';
import { startMillrace } from './millrace.js';

jest.setTimeout(60_000);

const ROWS = 20_000;

let folder: string;
let view: string;
let ARGS: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-ends-'));
  view = join(folder, 'v.json');
  await writeFile(view, JSON.stringify(idView('Patient')));
  const input = join(folder, 'Patient.ndjson');
  // Rows are more than a pipe holds, and lines more than are read without a thread.
  const lines = Array.from({ length: ROWS }, (_, n) => `{"resourceType":"Patient","id":"p${n}"}\n`);
  await writeFile(input, lines.join(''));
  ARGS = `--view ${view} --input ${input} --format csv`;
});
afterAll(() => rm(folder, { recursive: true }));

describe('a run', () => {
  test('whose reader has seen enough ends well and says nothing', async () => {
    const script = '$MILLRACE $ARGS | head -2; echo "ended with ${PIPESTATUS[0]}"';
    expect(await inShell(script, { ARGS })).toEqual({ code: 0, out: 'id\np0\nended with 0\n', err: '' });
  });

  test('whose warnings nobody reads gives its rows', async () => {
    const script = '$MILLRACE $ARGS --stats 2> >(true) | wc -l';
    expect((await inShell(script, { ARGS })).out.trim()).toBe(String(ROWS + 1));
  });

  const onFullDevice = existsSync('/dev/full') ? test : test.skip;
  onFullDevice.each([
    ['standard output', '$MILLRACE $ARGS > /dev/full', 'standard output cannot be written: '],
    ['a file', '$MILLRACE $ARGS --out /dev/full', '/dev/full cannot be written: '],
  ])('whose disk is full says so in a line: %s', async (_, script, message) => {
    const { code, err } = await inShell(script, { ARGS });
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`^error: ${message}.*ENOSPC.*\n$`));
  });

  test.each([
    ['csv', 'id\n'],
    ['ndjson', ''],
    ['json', '[]'],
  ])('of no rows has nothing but the form of %s, and no warning of an empty table', async (format, out) => {
    const script = `$MILLRACE $ARGS --limit 0 --format ${format}`;
    expect(await inShell(script, { ARGS })).toEqual({ code: 0, out, err: '' });
  });

  test('that is interrupted leaves no file, and ends with 130', async () => {
    const fifo = join(folder, 'endless');
    await inShell('mkfifo "$FIFO"', { FIFO: fifo });
    await using held = await open(fifo, 'r+');
    const out = join(folder, 'interrupted.csv');
    const ours = async (): Promise<readonly string[]> =>
      (await readdir(folder)).filter((name) => name.startsWith('interrupted'));
    const running = startMillrace('run', '--view', view, '--input', fifo, '--out', out);
    await held.write('{"resourceType":"Patient","id":"a"}\n');
    await until(async () => (await ours()).length > 0, 'the output to be opened');
    running.process.kill('SIGINT');
    expect(await running.finished).toEqual({ code: 130, out: '', err: 'interrupted\n' });
    expect(await ours()).toEqual([]);
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { progressDisplay } from './export/progress-display.js';
import { runProgram } from './program.js';
import { harmless, harmlessName, type Terminal } from './terminal.js';
import { collecting } from './testing/collecting.js';

let folder: string;
let args: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-terminal-'));
  const view = join(folder, 'p.json');
  const input = join(folder, 'Patient.ndjson');
  await writeFile(view, '{"resource":"Patient","select":[{"column":[{"name":"id","path":"id"}]}]}');
  await writeFile(input, '{"resourceType":"Patient","id":"a"}\n{"resourceType":"Patient","id":"b"}\n');
  args = ['run', '--view', view, '--input', input, '--format', 'csv'];
});

afterAll(() => rm(folder, { recursive: true }));

/** Texts that were written, and a terminal whose clock goes on by a second at each look. */
function watching(isTTY: {
  out?: boolean;
  err?: boolean;
}): Terminal & { texts: { out: string; err: string } } {
  const texts = { out: '', err: '' };
  let now = 0;
  return {
    texts,
    out: Object.assign(
      collecting((text) => (texts.out += text)),
      { isTTY: isTTY.out === true },
    ),
    err: Object.assign(
      collecting((text) => (texts.err += text)),
      { isTTY: isTTY.err === true, columns: 60 },
    ),
    env: {},
    now: () => (now += 1000),
    signal: new AbortController().signal,
  };
}

describe('progress of a run', () => {
  test('is one line on a terminal, which is gone at the end', async () => {
    const terminal = watching({ err: true });
    expect(await runProgram([...args, '--out', join(folder, 'p.csv')], terminal)).toBe(0);
    expect(terminal.texts.err).toMatch(
      // eslint-disable-next-line no-control-regex -- A terminal is told what to do by control characters.
      /^(?:\r\u001b\[K72 bytes of 72 bytes \(100%\), 2 rows, \d+ bytes\/s)+\r\u001b\[K$/,
    );
  });

  test.each([
    ['nobody watches', {}, []],
    ['nobody wants it', { err: true }, ['--quiet']],
    ['the rows come to the terminal, too', { err: true, out: true }, []],
  ])('is silent where %s', async (_, isTTY, more) => {
    const terminal = watching(isTTY);
    expect(await runProgram([...args, ...more], terminal)).toBe(0);
    expect(terminal.texts).toEqual({ out: 'id\na\nb\n', err: '' });
  });
});

test('progress of an export makes room for what has to be read', () => {
  const terminal = watching({ err: true });
  const display = progressDisplay(terminal);
  display.accepted('http://x/status');
  display.progress({ percent: 25, text: '25%, 7 rows written' });
  display.triedAgain('503');
  display.files(2, true);
  display.received(2_000_000);
  display.downloaded('a');
  display.close();
  expect(terminal.texts.err.split('\r\u001b[K')).toEqual([
    'accepted: http://x/status\n',
    'exporting: 25%, 7 rows written',
    'trying again: 503\n',
    expect.stringMatching(/^downloading: 0 of 2 files, 0 bytes, /),
    expect.stringMatching(/^downloading: 0 of 2 files, 2[.]00 MB, \d+ kB\/s$/),
    expect.stringMatching(/^downloading: 1 of 2 files, 2[.]00 MB, \d+ kB\/s$/),
    '',
  ]);
});

describe('control characters in names', () => {
  test('are shown and not done', () => {
    expect(harmless('a\u001b[2Jb\u009b1m\r\nc\u202ed')).toBe('a\\u001b[2Jb\\u009b1m\\u000d\nc\\u202ed');
    expect(harmlessName('p\nerror: all is lost\u0007')).toBe('p\\u000aerror: all is lost\\u0007');
  });

  test('of files and views cannot begin a line or colour it', async () => {
    const terminal = watching({});
    const view = join(folder, 'a\nwarning: \u001b[31mb.json');
    await writeFile(
      view,
      '{"name":"n\\nm","resource":"Patient","select":[{"column":[{"name":"id","path":"idd"}]}]}',
    );
    expect(await runProgram(['run', '--view', view, ...args.slice(3)], terminal)).toBe(1);
    expect(await runProgram(['validate', view], terminal)).toBe(1);
    expect(terminal.texts.err + terminal.texts.out).toContain('a\\u000awarning: \\u001b[31mb.json: ');
    expect(terminal.texts.err).not.toContain('\u001b');
    expect(terminal.texts.err).not.toMatch(/^warning/m);
  });
});

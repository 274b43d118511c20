import { describe, expect, test } from '@jest/globals';
import { createLineScan } from './engines/scan-lines.js';
import type { LineScanFactory } from './engines/scan-lines.js';
import type { PassResult } from './pass-result.js';
import type { ProgramWorld } from './program.js';
import { falseScan } from './testing/false-scan.js';
import { comparedPass, runHere } from './testing/run-in-process.js';

/** Failures as they are printed, without the places of a stack, and the arguments of the command of the first. */
function failuresIn(out: string): { readonly texts: readonly string[]; readonly again: readonly string[] } {
  const texts = [...out.matchAll(/^\S.*(?:\n {2}.*)+/gm)].map(([text]) => text.replaceAll(/\n +at .*/g, ''));
  const command = /again: npm run differential -- (.*)/.exec(out)?.[1] ?? '';
  return { texts, again: command.split(' ') };
}

describe('the command that a failure prints shows it again', () => {
  const isTaken = (lines: readonly Buffer[]): boolean => lines.some((line) => line.includes('"Smith"'));

  test.each<[string, LineScanFactory, RegExp]>([
    ['one line shows it alone', falseScan(isTaken), /--passes 1 --line \d+$/m],
    ['only lines together show it', falseScan((lines) => lines.length > 3), /--passes 1 --cases 7$/m],
    ['the kernel trapped', trapping, /--passes 1 --line \d+$/m],
    ['an exception ended the pass', throwing, /--passes 1 --cases 7$/m],
  ])('when %s', async (_, makeScan, command) => {
    const args = ['--seed', 'x', '--from', '3', '--passes', '2', '--cases', '14', '--show', '1'];
    const first = await runHere(args, {}, makeScan);
    const { texts, again } = failuresIn(first.out);
    expect(first.exitCode).toBe(1);
    expect(texts).toHaveLength(1);
    expect(first.out).toMatch(command);
    const second = await runHere(again, {}, makeScan);
    expect(second.exitCode).toBe(1);
    expect(second.summary.passes).toBe(1);
    expect(failuresIn(second.out).texts).toEqual(texts);
  });

  test('with any seed, quoted for the shell', async () => {
    const { out } = await runHere(['--seed', "it's", '--passes', '1', '--cases', '1'], {}, throwing);
    expect(out).toContain(String.raw`--seed 'it'\''s' --from 0 --passes 1 --line 0`);
  });

  test('and its views and line are small', async () => {
    const args = ['--seed', 'x', '--from', '3', '--passes', '2', '--cases', '14'];
    const { out } = await runHere(args, {}, falseScan(isTaken));
    const input = /line: (.*)/.exec(out)?.[1] ?? '';
    expect(input).toContain('Smith');
    expect(input.length).toBeLessThan(200);
  });
});

describe('a pass that ends with an exception', () => {
  test('fails with its seed, number and message, and the others go on', async () => {
    const { exitCode, out, summary } = await runHere(['--passes', '4', '--cases', '8'], {}, throwing);
    expect(exitCode).toBe(1);
    expect(summary).toMatchObject({ passes: 4, failures: 4 });
    expect(out).toMatch(/pass 2 of seed "1" has no result: Error: the engine broke\n +at /);
  });
});

test('traps of the kernel are counted, and make their pass fail', async () => {
  const { exitCode, summary, out } = await runHere(['--passes', '2', '--cases', '2'], {}, trapping);
  expect(exitCode).toBe(1);
  expect(summary).toMatchObject({ traps: 2, failures: 2 });
  expect(out).toContain('the kernel trapped');
});

describe('a run goes on where another ended', () => {
  /** Records which passes are run; even ones end after those that were begun behind them. */
  function recording(onPass: (pass: number) => void = () => undefined): {
    readonly passes: number[];
    readonly world: Pick<ProgramWorld, 'startRunner'>;
  } {
    const passes: number[] = [];
    const run = (pass: number): Promise<PassResult> => {
      passes.push(pass);
      onPass(pass);
      if (pass % 2 === 1) return Promise.resolve(comparedPass);
      return new Promise((resolve) => setImmediate(() => resolve(comparedPass)));
    };
    return { passes, world: { startRunner: () => ({ run, close: () => Promise.resolve() }) } };
  }

  test('when it came to its end', async () => {
    const { passes, world } = recording();
    const first = await runHere(['--passes', '5', '--cases', '5'], world);
    expect(first).toMatchObject({ exitCode: 0, summary: { from: 0, next: 5, passes: 5 } });
    const second = await runHere(['--from', '5', '--passes', '3', '--cases', '3'], world);
    expect(second).toMatchObject({ exitCode: 0, summary: { from: 5, next: 8, passes: 3 } });
    expect(passes).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('after an interrupt, when all begun passes are done', async () => {
    const interrupt = new AbortController();
    const { passes, world } = recording((pass) => {
      if (pass === 6) interrupt.abort();
    });
    const args = ['--passes', '20', '--cases', '60', '--threads', '3', '--seed', 'x'];
    const first = await runHere(args, { ...world, interrupt: interrupt.signal });
    const { next } = first.summary;
    expect(first.exitCode).toBe(3);
    expect(first.summary).toMatchObject({ from: 0, next: passes.length, passes: passes.length });
    expect(first.out).toContain(`--seed x --from ${next} --passes ${20 - next} --cases ${(20 - next) * 3}\n`);
    expect(passes).toEqual(Array.from({ length: next }, (_, pass) => pass));
  });

  test('after the minutes that it was told', async () => {
    let time = 1000;
    const { passes, world } = recording(() => {
      time += 7000;
    });
    const clock = { ...world, now: () => time };
    const first = await runHere(['--minutes', '1', '--threads', '1', '--from', '2'], clock);
    expect(first).toMatchObject({ exitCode: 0, summary: { from: 2, next: 11, passes: 9 } });
    expect(passes).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const told = await runHere(['--minutes', '1', '--threads', '1', '--passes', '4'], clock);
    expect(told.summary).toMatchObject({ passes: 4 });
  });

  test('with the same cases as if it had not ended', async () => {
    const all = await runHere(['--passes', '6', '--cases', '18']);
    const parts = [
      await runHere(['--passes', '2', '--cases', '6']),
      await runHere(['--passes', '4', '--cases', '12', '--from', '2']),
    ];
    for (const count of ['cases', 'compared', 'rows', 'views'] as const) {
      expect(parts.reduce((sum, { summary }) => sum + summary[count], 0)).toBe(all.summary[count]);
    }
  });
});

test('one line of a pass is the same line as in the run over all lines', async () => {
  const lines: string[] = [];
  const makeScan: LineScanFactory = (program, framing) => {
    const scan = createLineScan(program, framing);
    return (given) => {
      lines.push(...given.map((line) => line.toString('latin1')));
      return scan(given);
    };
  };
  await runHere(['--from', '2', '--passes', '1', '--cases', '5'], {}, makeScan);
  const { summary } = await runHere(['--from', '2', '--passes', '1', '--line', '3'], {}, makeScan);
  expect(lines).toHaveLength(6);
  expect(lines[5]).toBe(lines[3]);
  expect(summary.cases).toBe(summary.views);
});

describe('a run fails', () => {
  test('with 1 when a scan leaves every line to generated code, and says so', async () => {
    const leaving: LineScanFactory = (program) => (lines) => ({
      views: program.views.map(() => ({ bytes: Buffer.alloc(0), rows: 0 })),
      left: new Set(lines.keys()),
      stops: 0,
      traps: 0,
    });
    const { exitCode, out, summary } = await runHere(['--passes', '60', '--cases', '120'], {}, leaving);
    expect(exitCode).toBe(1);
    expect(summary).toMatchObject({ failures: 0, compared: 0 });
    expect(out).toContain('too little was compared: only 0.0 % of the cases on undamaged lines');
  });

  test.each([
    ['--passes', '0'],
    ['--minutes', '0'],
    ['--threads', 'x'],
    ['--from', '-1'],
    ['--tiers', 'x'],
  ])('with 2 for %s %s', async (...args) => {
    expect((await runHere(args)).exitCode).toBe(2);
  });

  test('but not when help is asked for', async () => {
    expect((await runHere(['--help'])).exitCode).toBe(0);
  });
});

function trapping(...setting: Parameters<LineScanFactory>): ReturnType<LineScanFactory> {
  const scan = createLineScan(...setting);
  return (lines) => ({ ...scan(lines), traps: 1 });
}

function throwing(): never {
  throw new Error('the engine broke');
}

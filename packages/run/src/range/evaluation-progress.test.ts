import { beforeEach, describe, expect, test } from '@jest/globals';
import { PROGRESS_BYTES, createProgress, watchProgress } from './evaluation-progress.js';
import type { EvaluationProgress, EvaluationWatch } from './evaluation-progress.js';

let progress: EvaluationProgress;
let watch: EvaluationWatch;
beforeEach(() => {
  const memory = new SharedArrayBuffer(PROGRESS_BYTES);
  progress = createProgress(memory);
  watch = watchProgress(memory, { resourceMs: 1000, viewMs: 5000 });
});

/** Looks this many times, each time after 400 ms, and returns the last result. */
function looks(times: number) {
  let found: ReturnType<typeof watch.look>;
  for (let look = 0; look < times; look += 1) found = watch.look(400);
  return found;
}

describe('a watch over the evaluation', () => {
  test('finds a line that takes longer than it may, and for what', () => {
    progress.line(4_294_967_296_123);
    expect(looks(3)).toBeUndefined();
    expect(looks(1)).toEqual({ kind: 'line', offset: 4_294_967_296_123 });
    progress.subject(3);
    expect(looks(1)).toMatchObject({ subject: 3 });
    progress.path(7);
    expect(looks(1)).toMatchObject({ subject: 3, path: 7 });
    progress.path(-1);
    expect(looks(1)).toEqual({ kind: 'line', offset: 4_294_967_296_123, subject: 3 });
  });

  test('counts anew for each line, however little there is between them', () => {
    for (let line = 0; line < 100; line += 1) {
      progress.line(line);
      expect(looks(2)).toBeUndefined();
    }
    expect(looks(2)).toEqual({ kind: 'line', offset: 99 });
  });

  test('counts nothing while the thread rests', () => {
    progress.line(5);
    looks(2);
    progress.rest();
    expect(looks(1000)).toBeUndefined();
  });

  test('finds lines that the scan has together, and a view, which has more time', () => {
    progress.lines(10, 500);
    expect(looks(4)).toEqual({ kind: 'lines', from: 10, to: 500 });
    progress.view(2);
    expect(looks(13)).toBeUndefined();
    expect(looks(1)).toEqual({ kind: 'view', subject: 2 });
  });

  test('finds nothing without a limit, and gives a clock all the same', () => {
    const memory = new SharedArrayBuffer(PROGRESS_BYTES);
    const unwatched = createProgress(memory);
    watch = watchProgress(memory, { resourceMs: 0, viewMs: 0 });
    unwatched.line(0);
    expect(looks(1000)).toBeUndefined();
    expect(unwatched.looks()).toBe(1000);
  });
});

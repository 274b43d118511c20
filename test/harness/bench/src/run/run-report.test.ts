import { expect, it } from '@jest/globals';
import type { WholeRun } from './run-whole.js';
import { compareWhole, meanOverViews } from './run-report.js';

const runs = (...seconds: number[]): WholeRun[] =>
  seconds.map((one) => ({ seconds: one, peakBytes: one * 1e8 }));

const small = {
  view: 'a',
  bytes: 1e6,
  runs: new Map([
    ['millrace', runs(0.5, 0.5, 0.5)],
    ['other', runs(0.1, 0.1, 0.2)],
  ]),
};
const large = {
  view: 'a',
  bytes: 101e6,
  runs: new Map([
    ['millrace', runs(1, 1, 2)],
    ['other', runs(2, 3, 2)],
  ]),
};

it('programs are compared within each round, whole and without their start', () => {
  expect(compareWhole(large, small)).toEqual({
    view: 'a',
    bytes: 101e6,
    programs: {
      millrace: { seconds: 1, mbPerSecond: 101, netMbPerSecond: 200, peakMb: 200, millraceTo: 1 },
      other: { seconds: 2, mbPerSecond: 50.5, netMbPerSecond: 52.6, peakMb: 300, millraceTo: 2 },
    },
  });
  expect(compareWhole(small, small).programs['other']).toMatchObject({
    netMbPerSecond: undefined,
    millraceTo: 0.2,
  });
});

it('the mean is geometric, over the views that a program can do', () => {
  const first = compareWhole(large, small);
  const second = compareWhole(
    {
      ...large,
      runs: new Map([
        ['millrace', runs(1)],
        ['other', runs(8)],
      ]),
    },
    small,
  );
  const third = compareWhole({ ...large, runs: new Map([['millrace', runs(1)]]) }, small);
  expect(meanOverViews([first, second, third])).toEqual({ millrace: 1, other: 4 });
});

import { expect, it } from '@jest/globals';
import { comparePeers, isSameWork, meanToPeers } from './peers-report.js';

const run = (seconds: number, rows?: number) => ({ seconds, rows });

it('peers are compared within each round, and by their mean over the views that they can express', () => {
  const first = comparePeers({
    view: 'a',
    inputBytes: 1e8,
    millrace: [run(0.1, 7), run(0.2, 7), run(0.1, 7)],
    peers: new Map([['slow', [run(0.4, 7), run(0.6, 7), run(0.8, 7)]]]),
  });
  expect(first).toEqual({
    view: 'a',
    inputBytes: 1e8,
    millrace: { seconds: 0.1, mbPerSecond: 1000, rows: 7 },
    peers: { slow: { seconds: 0.6, mbPerSecond: 167, rows: 7, millraceToPeer: 4, sameRows: true } },
  });
  const second = comparePeers({ view: 'b', inputBytes: 1, millrace: [run(1)], peers: new Map() });
  const third = comparePeers({
    view: 'c',
    inputBytes: 1,
    millrace: [run(1)],
    peers: new Map([['slow', [run(9)]]]),
  });
  expect(meanToPeers([first, second, third])).toEqual({ slow: 6 });
});

it.each([
  ['as many rows in every round', [7, 7], true, true],
  ['other rows in one round', [7, 8], false, false],
  ['nobody knows how many rows', [undefined, undefined], undefined, true],
])('a peer that gave %s is told apart', (_, counts, sameRows, isSame) => {
  const comparison = comparePeers({
    view: 'a',
    inputBytes: 1,
    millrace: [run(1, 7), run(1, 7)],
    peers: new Map([['other', counts.map((rows) => run(1, rows))]]),
  });
  expect(comparison.peers['other']?.sameRows).toBe(sameRows);
  expect(isSameWork([comparison])).toBe(isSame);
});

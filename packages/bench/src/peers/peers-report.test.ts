import { expect, it } from '@jest/globals';
import { comparePeers, meanToPeers } from './peers-report.js';

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
    peers: { slow: { seconds: 0.6, mbPerSecond: 167, rows: 7, millraceToPeer: 4 } },
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

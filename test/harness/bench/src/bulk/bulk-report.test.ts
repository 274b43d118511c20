import { expect, test } from '@jest/globals';
import { reportBulk } from './bulk-report.js';

test('the speed of an export is compared round by round with that of bare loops', () => {
  const seconds = {
    bare: [1, 2, 1],
    parse: [6, 6, 12],
    system: [2, 2, 1],
    since: [2, 3, 2],
    group: [3, 2, 3],
  };
  const keptBytes = { bare: 0, parse: 0, system: 5e6, since: 1e6, group: 2e6 };
  expect(reportBulk({ inputBytes: 6e6, seconds, keptBytes })).toMatchObject({
    systemToBare: 1,
    sinceToParse: 3,
    groupToParse: 3,
    candidates: { system: { seconds: 2, mbPerSecond: 3, keptBytes: 5e6 }, parse: { mbPerSecond: 1 } },
  });
});

import { expect, test } from '@jest/globals';
import { readTraceparent, writeTraceparent } from './traceparent.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

test.each([
  [`00-${TRACE}-${SPAN}-01`, true],
  [`00-${TRACE}-${SPAN}-00`, false],
  [`cc-${TRACE}-${SPAN}-03-what-comes-later`, true],
])('%s is read, and written as version 00', (text, isSampled) => {
  const ids = readTraceparent(text);
  expect(ids).toEqual({ traceId: TRACE, spanId: SPAN, isSampled });
  expect(ids && writeTraceparent(ids)).toBe(`00-${TRACE}-${SPAN}-${isSampled ? '01' : '00'}`);
});

test.each([
  undefined,
  '',
  `00-${TRACE}-${SPAN}`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE}-${SPAN}-01\n`,
])('%j is passed over', (text) => {
  expect(readTraceparent(text)).toBeUndefined();
});

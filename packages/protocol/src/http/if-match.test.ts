import { expect, test } from '@jest/globals';
import { requireMatch } from './if-match.js';

const etags = ['"a"', '"a-gzip"'];

test.each([undefined, '*', '"a"', '"x", "a-gzip"', '"x","a"', 'W/"x" , "a"', '"x,y","a"'])(
  'If-Match: %s holds',
  (ifMatch) => {
    expect(() => requireMatch(ifMatch, etags)).not.toThrow();
  },
);

test.each(['"b"', 'W/"a"', 'a', '', '"ab"', '"x,\\"a\\""'])('If-Match: %s does not hold', (ifMatch) => {
  expect(() => requireMatch(ifMatch, etags)).toThrow(expect.objectContaining({ status: 412 }));
});

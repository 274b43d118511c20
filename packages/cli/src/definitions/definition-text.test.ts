import { expect, test } from '@jest/globals';
import { comparable, withId, withoutVersion } from './definition-text.js';

test.each([
  [
    '{"resourceType":"Library","meta":{"versionId":"1","lastUpdated":"x"},"a":1.50}',
    '{"resourceType":"Library","a":1.50}',
  ],
  ['{ "meta" : {"versionId":"1"} , "a": 1 }', '{ "a": 1 }'],
  ['{"a":1, "meta":{"versionId":"1"}}', '{"a":1}'],
  ['{"meta":{"versionId":"1"}}', '{}'],
  ['{"a":{"meta":{"versionId":"1"}}}', '{"a":{"meta":{"versionId":"1"}}}'],
  ['{"meta":{"tag":[],"versionId":"1"},"a":1}', '{"meta":{"tag":[]},"a":1}'],
])('%s has lost what the server wrote', (text, expected) => {
  expect(withoutVersion(text)).toBe(expected);
});

test('spaces, the id and the version make no difference, and everything else does', () => {
  const file = '{"resourceType":"Library",\n  "url" : "http://x y",\n "n": [ 1.50, {"a": "\\" "} ]}';
  const stored =
    '{"resourceType":"Library","id":"a","meta":{"versionId":"3"},"url":"http://x y","n":[1.50,{"a":"\\" "}]}';
  expect(comparable(file)).toBe(comparable(stored));
  for (const other of [
    file.replace('1.50', '1.5'),
    file.replace('x y', 'xy'),
    file.replace('"url"', '"meta":{"tag":[{}]},"url"'),
  ])
    expect(comparable(other)).not.toBe(comparable(stored));
});

test('an id is added where there is none', () => {
  expect(withId('{"a":1,"resourceType":"Library"}', 'x')).toBe('{"a":1,"resourceType":"Library","id":"x"}');
  expect(withId('{"resourceType":"Library","id":"y"}', 'x')).toBe('{"resourceType":"Library","id":"y"}');
});

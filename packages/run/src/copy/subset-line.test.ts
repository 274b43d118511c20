import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSubset } from './subset-line.js';

const TAG = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };
const KEYS = ['resourceType', 'id', 'meta', 'name', 'valueQuantity'];
const subset = (text: string): string | undefined => {
  const made = createSubset(KEYS)(Buffer.from(text));
  return made === undefined ? undefined : Buffer.from(made).toString('utf8');
};
const tag = JSON.stringify(TAG);

test.each([
  [
    'the bytes of values stay, with their numbers, escapes and spaces',
    '{ "resourceType" : "Observation","valueQuantity":{"value": 1.10,"x":[1 , 2]} ,"text":{"a":"}"},"name":"\\u0041é" }',
    `{"resourceType" : "Observation","valueQuantity":{"value": 1.10,"x":[1 , 2]},"name":"\\u0041é","meta":{"tag":[${tag}]}}`,
  ],
  [
    'a meta without tags gets one',
    '{"meta":{"versionId":"1"},"a":1}',
    `{"meta":{"versionId":"1","tag":[${tag}]}}`,
  ],
  ['so does an empty one', '{"meta":{ },"id":"x"}', `{"meta":{ "tag":[${tag}]},"id":"x"}`],
  ['other tags stay', '{"meta":{"tag":[{"code":"a"} ]}}', `{"meta":{"tag":[{"code":"a"} ,${tag}]}}`],
  ['an empty list of tags gets one', '{"meta":{"tag":[ ],"b":1}}', `{"meta":{"tag":[ ${tag}],"b":1}}`],
  ['the tag comes once', `{"meta":{"tag":[${tag}]},"a":2}`, `{"meta":{"tag":[${tag}]}}`],
  ['a meta that is no object is replaced', '{"meta":null,"id":"x"}', `{"meta":{"tag":[${tag}]},"id":"x"}`],
  ['an escaped key is read', '{"n\\u0061me":1,"\\u0061":2}', `{"n\\u0061me":1,"meta":{"tag":[${tag}]}}`],
])('%s', (_, line, expected) => {
  expect(subset(line)).toBe(expected);
  expect(JSON.parse(expected)).toBeDefined();
});

test.each([
  '',
  '[]',
  '{"a"',
  '{"a":',
  '{"a":1',
  '{"a":"',
  '{"a":[1}',
  '{"a":,"b":1}',
  '{a:1}',
  '{"a":1 "b":2}',
])('nothing is made of %j, which is no object', (line) => {
  expect(subset(line)).toBeUndefined();
});

test('whatever a resource has, the values that are left are those that it had, and it is tagged once', () => {
  const resource = fc.dictionary(fc.oneof(fc.constantFrom(...KEYS, 'other'), fc.string()), fc.jsonValue());
  fc.assert(
    fc.property(resource, fc.option(fc.nat(3)), (given, spaces) => {
      const line = JSON.stringify(given, undefined, spaces ?? undefined).replaceAll('\n', ' ');
      const made = JSON.parse(subset(line) ?? '') as Record<string, unknown>;
      const { meta, ...left } = made;
      const expected = Object.entries(JSON.parse(line) as object).filter(
        ([key]) => KEYS.includes(key) && key !== 'meta',
      );
      expect(left).toEqual(Object.fromEntries(expected));
      expect((meta as { tag: unknown[] }).tag.at(-1)).toEqual(TAG);
      expect(subset(JSON.stringify(made))).toBe(JSON.stringify(made));
    }),
  );
});

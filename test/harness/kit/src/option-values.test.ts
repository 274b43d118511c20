import { expect, it } from '@jest/globals';
import { byteCount, numberAbove0, wholeNumberFrom } from './option-values.js';

it.each([
  ['1', 1],
  ['200MB', 200e6],
  ['1.6GB', 1.6e9],
  ['64KB', 64e3],
])('%s is %d bytes', (text, bytes) => {
  expect(byteCount(text)).toBe(bytes);
});

it.each(['', '0', '-1', '1.5', '1TB', 'MB', '1 MB'])('%j is no number of bytes', (text) => {
  expect(() => byteCount(text)).toThrow(/Expected a number of bytes such as 32MB/);
});

it.each([
  ['3', 3],
  ['0.5', 0.5],
])('%s is the number %d above 0', (text, expected) => {
  expect(numberAbove0(text)).toBe(expected);
});

it.each(['', '0', '0.0', '-1', '1s', 'Infinity'])('%j is no number above 0', (text) => {
  expect(() => numberAbove0(text)).toThrow(/Expected a number above 0/);
});

it.each([
  ['0', 0],
  ['12', 12],
])('%s is the whole number %d', (text, expected) => {
  expect(wholeNumberFrom(0)(text)).toBe(expected);
});

it.each(['', ' ', '0', '-1', '1.5', '1e3', 'two', '11', '9007199254740993'])(
  '%j is no whole number from 1 to 10',
  (text) => {
    expect(() => wholeNumberFrom(1, 10)(text)).toThrow(/Expected a whole number from 1 to 10/);
  },
);

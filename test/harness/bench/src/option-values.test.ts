import { expect, it } from '@jest/globals';
import { byteCount, seconds, wholeNumber } from './option-values.js';

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
])('%s is %d seconds', (text, expected) => {
  expect(seconds(text)).toBe(expected);
});

it.each(['', '0', '-1', '1s'])('%j is no number of seconds', (text) => {
  expect(() => seconds(text)).toThrow(/Expected a number of seconds above 0/);
});

it.each(['0', '1.5', 'two', '1000000'])('%j is no whole number that a benchmark takes', (text) => {
  expect(() => wholeNumber(text)).toThrow(/Expected a whole number from 1/);
});

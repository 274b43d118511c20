import { expect, test } from '@jest/globals';
import { loadConfig } from '@millrace/configuration';
import { configSchema, unsafeSettings } from './config.js';

const complete = {
  REDIS_URL: 'redis://127.0.0.1:6379',
  MILLRACE_DATA: '/data',
  MILLRACE_OUT: 's3://bucket/out',
};
const load = (environment: Readonly<Record<string, string>>) => () =>
  loadConfig(configSchema, { ...complete, ...environment }, unsafeSettings);

test('files that no object of a bucket could hold are refused, and a folder holds them', () => {
  const PART_BYTES = String(80 * 2 ** 30);
  expect(load({ PART_BYTES })).toThrow(/PART_BYTES must be at most 8\d{10} where results go to a bucket/);
  expect(load({ PART_BYTES, MILLRACE_OUT: '/out' })).not.toThrow();
  expect(load({ PART_BYTES: String(77 * 2 ** 30) })).not.toThrow();
});

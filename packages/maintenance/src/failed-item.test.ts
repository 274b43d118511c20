import { expect, test } from '@jest/globals';
import { failItem, itemFailure } from './failed-item.js';

const away = new Error('Command timed out');
const other = new Error('no such folder');
const status = () => ({ limit: 10, errors: [] as string[] });

test('a failed item is told with its reason', () => {
  const one = status();
  failItem(one, 'e1', other);
  failItem(one, 'e2', 'text');
  expect(one.errors).toEqual(['e1: no such folder', 'e2: text']);
});

test('an outage explains an activation only where nothing else went wrong', () => {
  const allAway = status();
  failItem(allAway, 'e1', away);
  failItem(allAway, 'e2', away);
  expect(itemFailure(allAway)).toBe(away);

  failItem(allAway, 'e3', other);
  failItem(allAway, 'e4', away);
  expect(itemFailure(allAway)).toBe(other);

  const found = status();
  failItem(found, 'e1', away);
  found.errors.push('the object store is empty');
  expect(itemFailure(found)).toBeUndefined();
  expect(itemFailure(status())).toBeUndefined();
});

import { expect, test } from '@jest/globals';
import { sourceOutageReason, storeOutageReason } from './store-outage-reason.js';

const named = (name: string, more: object = {}) =>
  Object.assign(new Error(`it is ${name}`), { name, ...more });

test.each([
  [named('StoreUnavailableError'), true, false],
  [named('UploadLostError'), true, false],
  [named('EngineFaultError', { away: 'store' }), true, false],
  [named('EngineFaultError', { away: 'source' }), false, true],
  [named('SourceUnavailableError', { cause: new Error('EIO') }), false, true],
  [named('SourceUnavailableError'), false, false],
  [named('EngineFaultError'), false, false],
  [new Error('other'), false, false],
  ['text', false, false],
  [undefined, false, false],
])('%s', (error, isOfStore, isOfSource) => {
  expect([storeOutageReason(error) !== undefined, sourceOutageReason(error) !== undefined]).toEqual([
    isOfStore,
    isOfSource,
  ]);
});

import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { anyAborted } from './any-aborted.js';

describe('a signal that follows others', () => {
  test('is aborted with the reason of the first that is', () => {
    const [one, other] = [new AbortController(), new AbortController()];
    using following = anyAborted([one.signal, other.signal]);
    expect(following.signal.aborted).toBe(false);
    other.abort('the other');
    one.abort('the one');
    expect(following.signal.reason).toBe('the other');
  });

  test('is aborted from the start where one of them is', () => {
    using following = anyAborted([AbortSignal.abort('before')]);
    expect(following.signal.reason).toBe('before');
  });

  test('leaves no listener on a signal that lives longer', () => {
    const { signal } = new AbortController();
    for (let step = 0; step < 3; step += 1) {
      using following = anyAborted([signal]);
      expect(following.signal.aborted).toBe(false);
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

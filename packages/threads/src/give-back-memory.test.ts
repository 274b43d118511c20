import { expect, test } from '@jest/globals';
import { giveBackMemory } from './give-back-memory.js';

/** Nothing else refers to it. */
function garbage(): WeakRef<object> {
  return new WeakRef({});
}

/** A weak reference is kept until the event loop goes on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('garbage of a heap that is larger than it may be is collected, and then not before there is more', async () => {
  const first = garbage();
  await settle();
  giveBackMemory(1);
  expect(first.deref()).toBeUndefined();
  const second = garbage();
  await settle();
  giveBackMemory(1);
  expect(second.deref()).toBeDefined();
});

test('garbage of a small heap is left to V8', async () => {
  const some = garbage();
  await settle();
  giveBackMemory(1 << 20);
  expect(some.deref()).toBeDefined();
});

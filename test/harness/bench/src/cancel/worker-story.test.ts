import { expect, test } from '@jest/globals';
import { createWorkerStory } from './worker-story.js';

const event = (msg: string, step: string, ms: number) => ({
  msg,
  step,
  exportId: 'a',
  time: new Date(ms).toISOString(),
});

test('an export is idle since the last of its shards ended, and not while one runs', () => {
  const story = createWorkerStory();
  expect([story.startedAt('a'), story.idleSince('a')]).toEqual([undefined, undefined]);
  story.add(event('shard started', 'shard-0', 1));
  story.add(event('shard started', 'shard-1', 2));
  story.add(event('step stopped', 'shard-1', 3));
  expect([story.startedAt('a'), story.idleSince('a')]).toEqual([1, undefined]);
  story.add(event('step stopped', 'shard-0', 4));
  story.add(event('step stopped', 'plan', 5));
  expect(story.idleSince('a')).toBe(4);
  expect(story.idleSince('b')).toBeUndefined();
});

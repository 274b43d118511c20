import { describe, expect, it } from '@jest/globals';
import { oddity } from './attacks/attack.js';
import { checkRun } from './check-run.js';
import type { RunSeen } from './check-run.js';

const attack = { answers: [400, 'cut'] as const };

describe('an answer to an attack', () => {
  it.each([
    ['is right when the attack declares it', 400, false, undefined],
    ['is right when the connection may be cut', 'cut', false, undefined],
    ['may say that the service is busy, and when to come again', 503, true, undefined],
    ['must say when to come again', 503, false, 'it answered 503 without Retry-After'],
    ['is wrong when the service fails', 500, true, 'it answered 500'],
    ['is wrong when the request is taken', 202, false, 'it answered 202'],
  ] as const)('%s', (_, status, hasRetryAfter, odd) => {
    expect(oddity(attack, { status, hasRetryAfter })).toBe(odd);
  });

  it('must come where the connection may not be cut', () => {
    expect(oddity({ answers: [400] }, { status: 'cut', hasRetryAfter: false })).toBe(
      'the connection was cut',
    );
  });
});

const good: RunSeen = {
  tally: { brackets: { answers: { 400: 3 }, oddities: [], odd: 0 } },
  honest: { pollMs: [1], completed: 5, postponed: 2, ran: 3, runsPostponed: 4, problems: [] },
  pollP99Ms: 40,
  apiPeakBytes: 300e6,
  apiEnd: undefined,
  isReady: true,
};

describe('a run', () => {
  const problemsOf = (seen: Partial<RunSeen>) =>
    checkRun({ ...good, ...seen }).flatMap(({ problems }) => problems);

  it('keeps its promises', () => {
    expect(problemsOf({})).toEqual([]);
    expect(checkRun(good).map(({ promise }) => promise)).toContain('brackets: answered as declared');
  });

  it.each([
    ['an attack was never sent', { tally: { x: { answers: {}, oddities: [], odd: 0 } } }, /never sent/],
    ['an answer was odd', { tally: { x: { answers: { 500: 9 }, oddities: ['500'], odd: 9 } } }, /9 times/],
    ['the other client met an error', { honest: { ...good.honest, problems: ['x'] } }, /x/],
    ['nothing was completed meanwhile', { honest: { ...good.honest, completed: 0 } }, /2 kick-offs/],
    ['no run was answered', { honest: { ...good.honest, ran: 0 } }, /4 were postponed/],
    ['polls were slow', { pollP99Ms: 250 }, /250 ms/],
    ['there was no poll', { pollP99Ms: Number.NaN }, /NaN/],
    ['the API took much memory', { apiPeakBytes: 601e6 }, /601 MB/],
    ['the API ended', { apiEnd: 'code 1' }, /code 1/],
    ['the API is not ready afterwards', { isReady: false }, /not ready/],
  ] as [string, Partial<RunSeen>, RegExp][])('breaks one when %s', (_, seen, problem) => {
    expect(problemsOf(seen)).toEqual([expect.stringMatching(problem)]);
  });
});

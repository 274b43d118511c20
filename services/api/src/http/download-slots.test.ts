import { describe, expect, it } from '@jest/globals';
import { ProtocolError } from '@millrace/protocol';
import { createDownloadSlots } from './download-slots.js';

function slots(most: number, mostOfTenant = most) {
  const clock = { ms: 0 };
  const cut: string[] = [];
  let told = 0;
  const made = createDownloadSlots({ most, mostOfTenant, now: () => clock.ms, onCut: () => (told += 1) });
  return {
    clock,
    cut,
    told: () => told,
    enter: (name: string, tenant = 'north') => made.enter(tenant, () => cut.push(name)),
  };
}

describe('room for downloads', () => {
  it('is refused to one more than there may be, and is there again when one leaves', () => {
    const { enter, cut } = slots(2);
    const first = enter('first');
    enter('second');
    expect(() => enter('third')).toThrow(ProtocolError);
    first.leave();
    enter('third');
    expect(cut).toEqual([]);
  });

  it('is taken from the client that took nothing for the longest time', () => {
    const { enter, clock, cut, told } = slots(2);
    const first = enter('first');
    enter('second');
    clock.ms = 4_999;
    first.taken();
    expect(() => enter('third')).toThrow('repeat the request later');
    clock.ms = 5_000;
    enter('third');
    expect([cut, told()]).toEqual([['second'], 1]);
    expect(() => enter('fourth')).toThrow(ProtocolError);
  });

  it('is there for another tenant when one has taken all that one may', () => {
    const { enter, clock, cut } = slots(4, 3);
    for (const name of ['a', 'b', 'c']) enter(name);
    expect(() => enter('d')).toThrow(ProtocolError);
    enter('x', 'south');
    expect(() => enter('y', 'south')).toThrow(ProtocolError);
    // The slowest of all is of the other tenant, which loses nothing to this one.
    clock.ms = 5_000;
    enter('d');
    expect(cut).toEqual(['a']);
  });

  it('is not given back by one whose place was taken', () => {
    const { enter, clock } = slots(1);
    const first = enter('first');
    clock.ms = 5_000;
    enter('second');
    first.taken();
    first.leave();
    expect(() => enter('third')).toThrow(ProtocolError);
  });
});

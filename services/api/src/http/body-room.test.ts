import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createBodyRoom } from './body-room.js';
import type { BodySpace } from './body-room.js';

const KIB = 1 << 10;
const kibs = (count: number): Uint8Array => Buffer.alloc(count * KIB, 'x');

describe('the bytes of bodies', () => {
  test('are kept in order, in any pieces, while other bodies come and go', () => {
    const bodies = fc.array(
      fc.record({
        whose: fc.nat(3),
        size: fc.oneof(fc.nat(40), fc.nat(150 * KIB)),
        byte: fc.nat(255),
        isLast: fc.boolean(),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(bodies, (steps) => {
        const room = createBodyRoom(64 * 1024 * KIB);
        const open = new Map<number, { space: BodySpace; sent: Buffer[] }>();
        for (const { whose, size, byte, isLast } of steps) {
          const { space, sent } = open.get(whose) ?? { space: room.enter(), sent: [] };
          open.set(whose, { space, sent });
          sent.push(Buffer.alloc(size, byte));
          expect(space.append(Buffer.alloc(size, byte))).toBe(true);
          for (const { space: each, sent: expected } of open.values()) {
            expect(Buffer.concat(each.pieces()).equals(Buffer.concat(expected))).toBe(true);
            expect(each.length).toBe(Buffer.concat(expected).length);
          }
          if (!isLast) continue;
          space[Symbol.dispose]();
          open.delete(whose);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('share the room, and each body gives its share back once', () => {
    const room = createBodyRoom(128 * KIB);
    const [first, second] = [room.enter(), room.enter()];
    expect(first.append(kibs(96))).toBe(true);
    expect(second.append(kibs(96))).toBe(true);
    expect(room.enter().append(kibs(33))).toBe(false);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    const third = room.enter();
    expect(third.append(kibs(96))).toBe(true);
    expect(room.enter().append(kibs(33))).toBe(false);
  });

  test('of a small body find room also where large ones have taken all of it', () => {
    const room = createBodyRoom(64 * KIB);
    expect(room.enter().append(kibs(96))).toBe(true);
    const small = room.enter();
    for (let at = 0; at < 32; at += 1) expect(small.append(kibs(1))).toBe(true);
    expect(small.append(Buffer.from('x'))).toBe(false);
  });

  test('of one tenant leave room for those of another one', () => {
    const room = createBodyRoom(256 * KIB, 192 * KIB);
    const large = room.enter('north');
    expect(large.append(kibs(32 + 192))).toBe(true);
    expect(room.enter('north').append(kibs(33))).toBe(false);
    expect(room.hold(65 * KIB, 'north')).toBeUndefined();
    expect(room.enter('south').append(kibs(96))).toBe(true);
    large[Symbol.dispose]();
    expect(room.hold(1 << 30, 'north')).toBeDefined();
    for (let at = 0; at < 384; at += 1) expect(room.enter('east').append(kibs(32))).toBe(true);
    expect(room.enter('east').append(kibs(1))).toBe(false);
    expect(room.enter('west').append(kibs(1))).toBe(true);
  });

  test('of small bodies are limited too', () => {
    const room = createBodyRoom(64 * KIB);
    for (let at = 0; at < 512; at += 1) expect(room.enter().append(kibs(32))).toBe(true);
    expect(room.enter().append(kibs(1))).toBe(false);
  });
});

describe('values made of bodies', () => {
  test('shares the room with their bytes', () => {
    const room = createBodyRoom(192 * KIB);
    const leave = room.hold(192 * KIB);
    const body = room.enter();
    expect(body.append(kibs(96))).toBe(true);
    expect(room.hold(65 * KIB)).toBeUndefined();
    leave?.();
    leave?.();
    expect(room.hold(192 * KIB)).toBeDefined();
    expect(room.hold(65 * KIB)).toBeUndefined();
  });

  test('needs no room where it is small, and finds all of it where it is larger', () => {
    const room = createBodyRoom(64 * KIB);
    expect(room.hold(1 << 30)).toBeDefined();
    expect(room.hold(1 << 30)).toBeUndefined();
    expect(room.hold(64 * KIB)).toBeDefined();
  });
});

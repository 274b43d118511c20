import { createSharedRoom } from './shared-room.js';

/** Room for the bodies of all requests together, so that many large ones do not use up the memory. */
export interface BodyRoom {
  /** Room for the bytes of one body of a tenant, as they come. */
  enter(tenant?: string): BodySpace;
  /**
   * Takes room for what was made of a body.
   *
   * @param bytes of all that there is room for, where it is more
   * @returns what gives the room back; undefined when there is not that much, or not for the tenant
   */
  hold(bytes: number, tenant?: string): (() => void) | undefined;
}

/** The bytes of one body. Read them before the space is disposed of: after that, other bodies are written there. */
export interface BodySpace extends Disposable {
  readonly length: number;
  /** Keeps a copy; false when there is no room for it. */
  append(bytes: Uint8Array): boolean;
  /** All that was appended, in order. What is behind the first 32 KiB is shared with threads, not copied to them. */
  pieces(): readonly Uint8Array[];
}

/** They need none of the room, so that large bodies of some keep no small request of others waiting. */
const FIRST_BYTES = 32 << 10;
/** These first bytes of all bodies together. */
const MOST_FIRST_BYTES = 16 << 20;
/** Of what is made of a body, for the same reason. */
const HELD_FREELY_BYTES = 64 << 10;
const LEAST_BYTES = 4096;
const SLAB_BYTES = 64 << 10;

/**
 * The memory is taken in slabs that are used again and again. Buffers of their own would be freed when the garbage is
 * collected, and kept by the allocator of the system even then: that is several times as much.
 *
 * @param mostOfTenant of all the room, for one tenant
 */
export function createBodyRoom(mostBytes: number, mostOfTenant = mostBytes): BodyRoom {
  const idle: Uint8Array[] = [];
  const room = createSharedRoom(mostBytes, mostOfTenant);
  const firsts = createSharedRoom(MOST_FIRST_BYTES, (MOST_FIRST_BYTES * mostOfTenant) / mostBytes);

  function takeSlab(tenant: string): Uint8Array | undefined {
    if (!room.isLeft(tenant)) return undefined;
    room.take(tenant, SLAB_BYTES);
    return idle.pop() ?? new Uint8Array(new SharedArrayBuffer(SLAB_BYTES));
  }

  function enter(tenant = ''): BodySpace {
    let first = Buffer.alloc(0);
    const slabs: Uint8Array[] = [];
    let length = 0;

    function growFirst(needed: number): boolean {
      if (needed <= first.length) return true;
      const size = Math.min(FIRST_BYTES, Math.max(LEAST_BYTES, 2 * needed));
      if (!firsts.hasLeft(tenant, size - first.length)) return false;
      firsts.take(tenant, size - first.length);
      const grown = Buffer.allocUnsafeSlow(size);
      first.copy(grown, 0, 0, length);
      first = grown;
      return true;
    }

    /** Where the next bytes go: as many as are free there. */
    function free(wanted: number): Uint8Array | undefined {
      if (length < FIRST_BYTES) {
        const end = Math.min(FIRST_BYTES, length + wanted);
        return growFirst(end) ? first.subarray(length, end) : undefined;
      }
      const at = (length - FIRST_BYTES) % SLAB_BYTES;
      if (at > 0) return slabs.at(-1)?.subarray(at);
      const slab = takeSlab(tenant);
      if (slab !== undefined) slabs.push(slab);
      return slab;
    }

    return {
      get length() {
        return length;
      },
      append(bytes) {
        for (let rest = bytes; rest.length > 0;) {
          const place = free(rest.length);
          if (place === undefined) return false;
          const copied = rest.subarray(0, place.length);
          place.set(copied);
          length += copied.length;
          rest = rest.subarray(copied.length);
        }
        return true;
      },
      pieces() {
        const behind = Math.max(0, length - FIRST_BYTES);
        return [
          first.subarray(0, Math.min(length, FIRST_BYTES)),
          ...slabs.map((slab, at) => slab.subarray(0, behind - at * SLAB_BYTES)),
        ];
      },
      [Symbol.dispose]() {
        room.take(tenant, -slabs.length * SLAB_BYTES);
        for (const slab of slabs.splice(0)) idle.push(slab);
        firsts.take(tenant, -first.length);
        first = Buffer.alloc(0);
        length = 0;
      },
    };
  }

  return {
    enter,
    hold(bytes, tenant = '') {
      const own = Math.min(mostOfTenant, Math.max(0, bytes - HELD_FREELY_BYTES));
      if (own > 0 && !room.hasLeft(tenant, own)) return undefined;
      room.take(tenant, own);
      let isHeld = true;
      return () => {
        if (isHeld) room.take(tenant, -own);
        isHeld = false;
      };
    },
  };
}

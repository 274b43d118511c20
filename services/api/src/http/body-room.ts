/** Room for the bodies of all requests together, so that many large ones do not use up the memory. */
export interface BodyRoom {
  enter(): BodySpace;
}

/** What one body takes of the room. */
export interface BodySpace {
  /** Takes more; false when there is not so much. */
  take(bytes: number): boolean;
  /** Gives back all that was taken. */
  leave(): void;
}

/** They are not counted, so that large bodies of some keep no small request of others waiting. */
const FIRST_BYTES = 32 << 10;

export function createBodyRoom(mostBytes: number): BodyRoom {
  let taken = 0;
  return {
    enter() {
      let bytesRead = 0;
      let own = 0;
      return {
        take(bytes) {
          bytesRead += bytes;
          const more = Math.max(0, bytesRead - FIRST_BYTES) - own;
          if (taken + more > mostBytes) return false;
          own += more;
          taken += more;
          return true;
        },
        leave() {
          taken -= own;
          own = 0;
        },
      };
    },
  };
}

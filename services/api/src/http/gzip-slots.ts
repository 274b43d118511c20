/** Room for files that are compressed while they are sent: each keeps a thread of the pool busy that reads files too. */
export interface GzipSlots {
  /** @returns what gives the room back; undefined when there is none */
  enter(): (() => void) | undefined;
}

export function createGzipSlots(most: number): GzipSlots {
  let within = 0;
  return {
    enter() {
      if (within >= most) return undefined;
      within += 1;
      let isWithin = true;
      return () => {
        if (isWithin) within -= 1;
        isWithin = false;
      };
    },
  };
}

/** Lets one fault at a time have a victim: undefined while it is taken; disposing frees it. */
export function createReservation(): () => Disposable | undefined {
  let isTaken = false;
  return () => {
    if (isTaken) return undefined;
    isTaken = true;
    return {
      [Symbol.dispose]() {
        isTaken = false;
      },
    };
  };
}

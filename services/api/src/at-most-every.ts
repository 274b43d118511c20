/** Does something when it is asked to, but not again within some time, in ms. */
export function atMostEvery(ms: number, act: () => void): () => void {
  let last = -Infinity;
  return () => {
    const now = performance.now();
    if (now - last < ms) return;
    last = now;
    act();
  };
}

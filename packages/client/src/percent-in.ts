/** The share that an `X-Progress` states, 0 to 100; undefined where its text is no percentage. */
export function percentIn(xProgress: string | undefined): number | undefined {
  const found = xProgress === undefined ? null : /^\s*(\d{1,3}(?:\.\d+)?)\s*%/.exec(xProgress);
  return found === null ? undefined : Number(found[1]);
}

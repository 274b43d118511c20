const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time for people, in its two largest units: `3d 4h`, `12m 5s`, `40ms`. */
export function lengthOf(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)}ms`;
  const units = [
    [DAY, 'd', HOUR, 'h'],
    [HOUR, 'h', MINUTE, 'm'],
    [MINUTE, 'm', SECOND, 's'],
  ] as const;
  for (const [unit, name, next, nextName] of units) {
    if (ms >= unit) return `${Math.floor(ms / unit)}${name} ${Math.floor((ms % unit) / next)}${nextName}`;
  }
  return `${Math.floor(ms / SECOND)}s`;
}

/** A moment as an instant, and how long ago it was. */
export function moment(ms: number, now: number): string {
  const ago = now - ms;
  return `${new Date(ms).toISOString()} (${ago >= 0 ? `${lengthOf(ago)} ago` : `in ${lengthOf(-ago)}`})`;
}

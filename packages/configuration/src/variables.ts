import * as z from 'zod';

/** A TCP port; 0 lets the system choose a free one. */
export function port(fallback: number) {
  return z
    .string()
    .default(String(fallback))
    .transform((text) => wholeNumber(text))
    .pipe(z.int('must be a whole number').min(0).max(65_535));
}

export function wholeNumberVariable(limits: { min: number; max: number; fallback: number }) {
  return z
    .string()
    .default(String(limits.fallback))
    .transform((text) => wholeNumber(text))
    .pipe(
      z
        .number(`must be a whole number from ${limits.min} to ${limits.max}`)
        .min(limits.min, `must be at least ${limits.min}`)
        .max(limits.max, `must be at most ${limits.max}`),
    );
}

const DURATION_UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/;

/**
 * A duration such as `30s`, `15m`, `24h` or `7d`, in milliseconds.
 *
 * @param limits texts of the same form; `because` says why less than `min` is refused
 */
export function duration(limits: { min: string; fallback: string; because?: string }) {
  const reason = limits.because === undefined ? '' : `: ${limits.because}`;
  return z
    .string()
    .regex(DURATION, 'must be a number with a unit (ms, s, m, h or d), such as 24h')
    .default(limits.fallback)
    .transform((text) => durationMs(text))
    .pipe(z.number().min(durationMs(limits.min), `must be at least ${limits.min}${reason}`));
}

/** `true` or `false`. */
export function flag(fallback: boolean) {
  return z
    .enum(['true', 'false'], 'must be true or false')
    .default(fallback ? 'true' : 'false')
    .transform((text) => text === 'true');
}

function wholeNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

function durationMs(text: string): number {
  const [, count, unit] = DURATION.exec(text) ?? [];
  // The pattern admits only the units of the table.
  return Number(count) * DURATION_UNITS[unit as keyof typeof DURATION_UNITS];
}

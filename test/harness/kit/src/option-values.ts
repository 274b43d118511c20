import { InvalidArgumentError } from 'commander';

/** Parser of an option that is a whole number. It throws InvalidArgumentError for anything else. */
export function wholeNumberFrom(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const end = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`;
    throw new InvalidArgumentError(`Expected a whole number from ${least}${end}.`);
  };
}

/** A number above 0, with a fraction if need be. @throws InvalidArgumentError */
export function numberAbove0(text: string): number {
  const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : 0;
  if (value === 0) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

const UNITS = { '': 1, KB: 1e3, MB: 1e6, GB: 1e9 } as const;

/** @throws InvalidArgumentError for anything but a number with or without KB, MB or GB */
export function byteCount(text: string): number {
  const match = /^([1-9]\d{0,9}|[1-9]\d{0,2}\.\d{1,3}(?=[KMG]))(KB|MB|GB|)$/.exec(text);
  if (!match) throw new InvalidArgumentError('Expected a number of bytes such as 32MB.');
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}

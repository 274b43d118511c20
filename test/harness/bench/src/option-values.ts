import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError for anything but a whole number from 1 to 999,999 */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1.');
  return Number(text);
}

const UNITS = { '': 1, KB: 1e3, MB: 1e6, GB: 1e9 } as const;

/** @throws InvalidArgumentError for anything but a number with or without KB, MB or GB */
export function byteCount(text: string): number {
  const match = /^([1-9]\d{0,9}|[1-9]\d{0,2}\.\d{1,3}(?=[KMG]))(KB|MB|GB|)$/.exec(text);
  if (!match) throw new InvalidArgumentError('Expected a number of bytes such as 32MB.');
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}

/** A number of seconds above 0, with a fraction if need be. @throws InvalidArgumentError */
export function seconds(text: string): number {
  const value = /^\d{1,5}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (value === 0) throw new InvalidArgumentError('Expected a number of seconds above 0.');
  return value;
}

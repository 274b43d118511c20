const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));
const THREE_DIGITS = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'));
const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

/** 0 to 99 as `00` to `99`. */
export function twoDigits(value: number): string {
  return TWO_DIGITS[value] ?? String(value);
}

/** 0 to 999 as `000` to `999`. */
export function threeDigits(value: number): string {
  return THREE_DIGITS[value] ?? String(value);
}

/** A byte as two hexadecimal digits. */
export function hexByte(value: number): string {
  return HEX[value & 255] ?? '00';
}

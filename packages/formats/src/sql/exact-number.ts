const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,9}))?$/;

export function isNumberText(text: string): boolean {
  return NUMBER.test(text);
}

/**
 * The number times ten to the power of `scale`, exactly: `1.10` at scale 2 is 110. Undefined when that is not a whole
 * number, has more than `maxDigits` digits, or the text is not a number.
 */
export function unscaled(text: string, scale: number, maxDigits: number): bigint | undefined {
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = withoutTrailingZeros(digits);
  if (significant === '') return 0n;
  const zeros = Number(exponent) - fraction.length + (digits.length - significant.length) + scale;
  // Checked before any zero is written: `1e999999999` must not take a gigabyte to be refused.
  if (zeros < 0 || significant.length + zeros > maxDigits) return undefined;
  return BigInt(sign + significant + '0'.repeat(zeros));
}

/** A loop, because `/0+$/` takes quadratic time on long runs of zeros. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 48) end -= 1;
  return digits.slice(0, end);
}

/** Three significant digits: more would say that a benchmark can be repeated more closely than it can. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

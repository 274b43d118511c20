/** What a failed item is told as: which one, and why. */
export function itemError(item: string, error: unknown): string {
  return `${item}: ${error instanceof Error ? error.message : String(error)}`;
}

/** The last `limit` values that were asked for, by key. For what never changes once it was read. */
export function createRecent<Value>(limit: number) {
  const values = new Map<string, Value>();
  return {
    async get<Found extends Value | undefined>(
      key: string,
      read: () => Promise<Found>,
    ): Promise<Value | Found> {
      const known = values.get(key);
      const value = known ?? (await read());
      if (value === undefined) return value;
      // Taken out and put in again, so that the first key is the one that was not asked for the longest.
      values.delete(key);
      values.set(key, value);
      const [oldest] = values.keys();
      if (values.size > limit && oldest !== undefined) values.delete(oldest);
      return value;
    },
  };
}

/** The resources that a Redis has used since it started. https://redis.io/docs/latest/commands/info/ */
export interface RedisUsage {
  /** With those that scripts call. */
  readonly commands: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly cpuSeconds: number;
  /** Held by keys and all else, at the moment. */
  readonly memoryBytes: number;
}

const FIELDS = {
  commands: ['total_commands_processed'],
  bytesIn: ['total_net_input_bytes'],
  bytesOut: ['total_net_output_bytes'],
  cpuSeconds: ['used_cpu_user', 'used_cpu_sys'],
  memoryBytes: ['used_memory'],
} as const satisfies Record<keyof RedisUsage, readonly string[]>;

/** Reads the answer to `INFO`. */
export function usageIn(info: string): RedisUsage {
  const values = new Map(
    info.split(/\r?\n/).map((line): [string, number] => {
      const [name = '', value] = line.split(':');
      return [name, Number(value)];
    }),
  );
  const sum = (names: readonly string[]): number =>
    names.reduce((total, name) => total + (values.get(name) ?? Number.NaN), 0);
  return {
    commands: sum(FIELDS.commands),
    bytesIn: sum(FIELDS.bytesIn),
    bytesOut: sum(FIELDS.bytesOut),
    cpuSeconds: sum(FIELDS.cpuSeconds),
    memoryBytes: sum(FIELDS.memoryBytes),
  };
}

/** The usage between two readings, divided by `count`. */
export function usagePer(count: number, before: RedisUsage, after: RedisUsage): RedisUsage {
  const each = (name: keyof RedisUsage): number => (after[name] - before[name]) / count;
  return {
    commands: each('commands'),
    bytesIn: each('bytesIn'),
    bytesOut: each('bytesOut'),
    cpuSeconds: each('cpuSeconds'),
    memoryBytes: each('memoryBytes'),
  };
}

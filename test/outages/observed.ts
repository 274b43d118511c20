import { readFile } from 'node:fs/promises';
import type { ServiceProcess } from '@millrace/local-stack';
import { readLogLine } from '@millrace/local-stack';
import * as z from 'zod';

/** What a service did between two moments. */
export interface Observed {
  /** Its log lines, as `<level> <message>`, in order. */
  readonly lines: readonly string[];
  /** Processor time per time, in percent of a core; NaN where there is no `/proc`. */
  readonly processorPercent: number;
}

const eventSchema = z.object({ level: z.string(), msg: z.string() });

/** Begins to look at a service; the result ends it. */
export async function observe(service: ServiceProcess): Promise<() => Promise<Observed>> {
  const seen = service.lines().length;
  const cpuBefore = await processorSeconds(service.pid);
  const startedAt = performance.now();
  return async () => {
    const cpu = await processorSeconds(service.pid);
    const seconds = (performance.now() - startedAt) / 1_000;
    const lines = service.lines().slice(seen).map(messageOf);
    return { lines, processorPercent: (100 * (cpu - cpuBefore)) / seconds };
  };
}

/** Prints what was observed, for those who run the tests for the numbers. */
export function report(what: string, { lines, processorPercent }: Observed): void {
  const share = processorPercent.toFixed(2);
  process.stderr.write(`${what}: ${lines.length} log lines, processor time ${share} % of a core\n`);
  for (const line of lines.slice(0, 40)) process.stderr.write(`  ${line}\n`);
}

function messageOf(line: string): string {
  const event = eventSchema.safeParse(readLogLine(line));
  return event.success ? `${event.data.level} ${event.data.msg}` : line;
}

const TICKS_PER_SECOND = 100;

async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return Number.NaN;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

import { expect } from '@jest/globals';
import type { RunningApi } from '@millrace/local-stack';

interface Totals {
  readonly started: number;
  readonly ended: Readonly<Record<string, number>>;
  readonly running: number;
}

/** The totals of exports in one scrape of an API. Each scrape is checked: what was started has ended or runs. */
export async function totalsOf({ operationsUrl }: Pick<RunningApi, 'operationsUrl'>): Promise<Totals> {
  const text = await (await fetch(`${operationsUrl}/metrics`)).text();
  const series = [...text.matchAll(/^millrace_exports_(started|ended|running)\w*\{(.*)\} (\d+)$/gm)];
  const valuesOf = (name: string) =>
    series
      .filter(([, found]) => found === name)
      .map(([, , labels = '', value]) => [labels, Number(value)] as const);
  const [[, started] = ['', NaN]] = valuesOf('started');
  const [[, running] = ['', NaN]] = valuesOf('running');
  const ended = Object.fromEntries(
    valuesOf('ended').map(([labels, value]) => [/outcome="(\w+)"/.exec(labels)?.[1] ?? '', value]),
  );
  const sum = Object.values(ended).reduce((total, value) => total + value, 0);
  expect({ started, ended, running }).toEqual({ started: sum + running, ended, running: started - sum });
  return { started, ended, running };
}

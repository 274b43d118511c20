import { join } from 'node:path';
import { expect, it, jest } from '@jest/globals';
import { startMillraceWith } from '../cli/millrace.js';
import { describeCase } from './read-case.js';

jest.setTimeout(120_000);

const engines = ['scan', 'codegen', 'fhirpath', 'auto'];
/** The host's own, and those that are far from UTC or off by less than an hour. */
const zones = ['UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati'];

/** The rows of a case's view over its input, in a time zone of the host. */
async function rowsOf(folder: string, engine: string, zone: string): Promise<readonly unknown[]> {
  const [view, input] = [join(folder, 'view.json'), join(folder, 'input.ndjson')];
  const { code, out, err } = await startMillraceWith(
    { env: { TZ: zone } },
    'run',
    '--view',
    view,
    '--input',
    input,
    '--format',
    'ndjson',
    '--engine',
    engine,
  ).finished;
  if (code !== 0) throw new Error(`${engine} in ${zone}: ${err}`);
  return out
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

describeCase('01-fractional-seconds-fhirpath-tier', (read) => {
  it.each(engines)('fractions of a second are decimal for %s', async (engine) => {
    expect(await rowsOf(read().folder, engine, 'UTC')).toEqual([
      { id: 'us', plus: '2024-01-31T10:00:00.123456Z', late: false, gt: false, narrow: true },
      { id: 'd1', plus: '2024-01-31T10:00:00.5Z', late: false, gt: true, narrow: true },
      { id: 'd2', plus: '2024-01-31T10:00:00.25Z', late: false, gt: false, narrow: true },
    ]);
  });
});

describeCase('03-host-time-zone', (read) => {
  it.each(engines)('the zone of the host says nothing to %s', async (engine) => {
    for (const zone of zones) {
      expect(await rowsOf(read().folder, engine, zone)).toEqual([
        { id: 'a', c: null, m: '2018-04-01T00:00:00Z' },
      ]);
    }
  });
});

describeCase('10-high-boundary-below-value', (read) => {
  it.each(engines)('boundaries are on their side of the value for %s', async (engine) => {
    expect(await rowsOf(read().folder, engine, 'Pacific/Kiritimati')).toEqual([
      { id: 'us', hi: '2024-01-31T10:00:00.123456Z', lo: '2024-01-31T10:00:00.123456Z' },
    ]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { accepts, createFilter } from '@millrace/run';
import type { ResourceFilter } from '@millrace/run';
import { isInstant } from '@millrace/fhir';
import type { OwnBases } from '@millrace/fhir';
import { createScan, describeDecline, readIdSet, translateViews, writeIdSet } from '@millrace/scan';
import type { ScanChecks } from '@millrace/scan';
import { compileView } from '@millrace/viewdef';
import { randomFrom } from './random-from.js';

const IDS = ['a', 'p-1', '6c5d9ca9-54d7-42f5-bfae-a7c19cd217f2', 'x'.repeat(64)];
const SINCE = '2026-03-01T00:00:00.500Z';
const OWN = ['https://ehr.example/fhir', 'http://a/b'];

function filterOf(
  resourceType: string,
  what: {
    since?: string;
    until?: string;
    ids?: readonly string[];
    joined?: readonly string[];
    bases?: OwnBases;
  },
): ResourceFilter {
  const set = (ids: readonly string[] | undefined) =>
    ids === undefined ? undefined : readIdSet(writeIdSet(new Set(ids)));
  const { since, until, bases = OWN } = what;
  return createFilter(resourceType, {
    since,
    until,
    patients: set(what.ids),
    joined: set(what.joined),
    bases,
  });
}

/** Numbers of the lines that a scan has rows of, and of those that it leaves to others. */
function scanLines(
  filter: ResourceFilter,
  resource: string,
  lines: readonly string[],
  checks: ScanChecks = 'all',
): { rows: number[]; odd: number[] } {
  const definition = { resource, select: [{ column: [{ name: 'line', path: 'language' }] }] };
  const view = compileView(definition, { bases: filter.bases });
  const translation = translateViews([view.plan], 'csv', filter);
  if ('declines' in translation) throw new Error(translation.declines.map(describeDecline).join('; '));
  const scan = createScan(translation.program, checks);
  const rows: number[] = [];
  const odd: number[] = [];
  lines.forEach((line, number) => {
    scan.begin(Buffer.from(`${line}\n`));
    const { kind, resources } = scan.run();
    if (kind === 'odd') odd.push(number);
    else if (resources > 0) rows.push(number);
    expect(scan.output(0).rows).toBe(resources);
  });
  return { rows, odd };
}

/** Both agree on every line that the scan decides, whatever it checks. Returns the share of the lines that it does not. */
function expectSame(filter: ResourceFilter, resource: string, lines: readonly string[]): number {
  return Math.max(
    ...(['all', 'read'] as const).map((checks) => expectSameOf(checks, filter, resource, lines)),
  );
}

function expectSameOf(
  checks: ScanChecks,
  filter: ResourceFilter,
  resource: string,
  lines: readonly string[],
): number {
  const { rows, odd } = scanLines(filter, resource, lines, checks);
  const left = new Set(odd);
  const expected = lines.flatMap((line, number) => {
    if (left.has(number)) return [];
    const parsed = JSON.parse(line) as { resourceType: string };
    return parsed.resourceType === resource && accepts(filter, parsed) ? [number] : [];
  });
  expect(rows).toEqual(expected);
  return odd.length / lines.length;
}

describe('the scan lets the same resources through as generated code', () => {
  const line = (content: string): string => `{"resourceType":"Observation",${content},"language":"x"}`;

  test('by instants, in all their forms and out of them', () => {
    const random = randomFrom(3);
    const instants = Array.from({ length: 4000 }, () => someInstant(random));
    const lines = instants.map((text) => line(`"meta":{"lastUpdated":${JSON.stringify(text)}}`));
    const unreadable = instants.filter((text) => !isInstant(text)).length / instants.length;
    for (const since of [
      SINCE,
      '2026-03-01T00:00:00Z',
      '2000-01-01T14:00:00.00000000049+14:00',
      '1969-12-31T23:59:59.999999999Z',
    ]) {
      // Beside what is no instant, leap seconds and the finest fractions alone are left to it.
      const left = expectSame(filterOf('Observation', { since }), 'Observation', lines);
      expect(left).toBeGreaterThanOrEqual(unreadable);
      expect(left - unreadable).toBeLessThan(0.05);
    }
  });

  test('by a last instant, and by two', () => {
    const random = randomFrom(11);
    const lines = Array.from({ length: 2000 }, () =>
      line(`"meta":{"lastUpdated":${JSON.stringify(someInstant(random))}}`),
    );
    for (const [since, until] of [
      [undefined, SINCE],
      [SINCE, '2026-03-01T00:00:00.500000001Z'],
      ['2000-01-01T00:00:00Z', '2026-03-01T00:00:00.4999999999Z'],
      [SINCE, '1969-12-31T23:59:59.999999999Z'],
    ]) {
      const terms = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
      expect(expectSame(filterOf('Observation', terms), 'Observation', lines)).toBeLessThan(0.5);
    }
  });

  test('by instants that patients who joined later need not pass', () => {
    const random = randomFrom(13);
    const lines = Array.from({ length: 2000 }, () => {
      const changed = `2026-0${1 + random(9)}-01T00:00:00Z`;
      const subject = JSON.stringify({ reference: someReference(random) });
      const [one, other] = [`"meta":{"lastUpdated":"${changed}"}`, `"subject":${subject}`];
      return line(random(2) === 0 ? `${one},${other}` : `${other},${one}`);
    });
    const filter = filterOf('Observation', {
      since: SINCE,
      until: '2026-07-01T00:00:00Z',
      ids: IDS,
      joined: IDS.slice(0, 2),
    });
    expect(expectSame(filter, 'Observation', lines)).toBe(0);
    const passed = scanLines(filter, 'Observation', lines).rows.map((number) => lines[number] ?? '');
    expect(passed.some((text) => text.includes('2026-01'))).toBe(true);
    expect(passed.some((text) => text.includes('2026-08'))).toBe(false);
  });

  test('by references, in all their forms', () => {
    const random = randomFrom(5);
    const of = (): string => JSON.stringify({ reference: someReference(random) });
    const lines = Array.from({ length: 2000 }, () =>
      line(`"subject":${of()},"performer":[${of()},{"display":"x"},${of()}]`),
    );
    for (const bases of [OWN, [], 'any'] as const) {
      expect(expectSame(filterOf('Observation', { ids: IDS, bases }), 'Observation', lines)).toBe(0);
    }
    expect(expectSame(filterOf('Observation', { ids: IDS, since: SINCE }), 'Observation', lines)).toBe(0);
  });

  test('by references with escapes, behind others and in other places', () => {
    const subjects = [
      'Patient/a',
      'Patient\\/a',
      '\\u0050atient/a',
      'Patien\\u0074/a',
      'Patient\\u002fa',
      'Patient\\u002Fa',
      'Patient/\\u0061',
      'Patient/\\u00e1',
      'Patient/a\\n',
      '\\u00e9/Patient/a',
      'Patient/a/_history/1',
      'Patient/a b',
      `Patient/${'x'.repeat(64)}`,
      `Patient/${'x'.repeat(65)}`,
    ].map((reference) => `"subject":{"reference":"${reference}"}`);
    const lines = [
      ...subjects.map(line),
      ...subjects.map((subject) =>
        line(`"focus":[{"reference":"Patient/b"}],"note":"PatPatient/",${subject}`),
      ),
      ...subjects.map((subject) => `{${subject},"resourceType":"Observation","language":"x"}`),
      ...subjects.map((subject) => line(`"encounter":{${subject.slice(11, -1)}},"contained":[{${subject}}]`)),
      ...Array.from({ length: 150 }, (_, length) => line(`"a":"${'P'.repeat(length)}",${subjects[0] ?? ''}`)),
    ];
    // Behind one that is left out, so that each is looked at for the filter first.
    const behind = lines.flatMap((one) => [line('"subject":{"reference":"Patient/b"}'), one]);
    const filter = filterOf('Observation', { ids: IDS });
    expect(expectSame(filter, 'Observation', behind)).toBe(0);
    expect(scanLines(filter, 'Observation', behind, 'read').rows).toHaveLength(3 * 9 + 150);
  });

  test('by the id of a patient', () => {
    const lines = [...IDS, 'b', 'A', 'p-12', 'x'.repeat(63), 'x'.repeat(65), 'é'].flatMap((id) => [
      `{"resourceType":"Patient","id":"${id}"}`,
      `{"id":"${id}","resourceType":"Person"}`,
    ]);
    expect(expectSame(filterOf('Patient', { ids: IDS }), 'Patient', lines)).toBe(0);
    expect(scanLines(filterOf('Patient', { ids: IDS }), 'Patient', lines).rows).toEqual([0, 2, 4, 6]);
  });

  test('through arrays on the way', () => {
    const lines = [
      '{"detail":{"performer":[{"reference":"Patient/b"},{"reference":"Patient/a"}]}}',
      '{"detail":{}}',
      '{}',
    ]
      .flatMap((one) => [`[${one}]`, `[${one},{"detail":{"performer":[{"reference":"Patient/p-1"}]}}]`, one])
      .map(
        (activity) => `{"resourceType":"CarePlan","activity":${activity},"subject":{"reference":"Group/a"}}`,
      );
    expect(expectSame(filterOf('CarePlan', { ids: IDS }), 'CarePlan', lines)).toBe(0);
  });

  test('when nobody is in the set, or the type belongs to nobody', () => {
    const lines = [line('"subject":{"reference":"Patient/a"}')];
    expect(scanLines(filterOf('Observation', { ids: [] }), 'Observation', lines)).toEqual({
      rows: [],
      odd: [],
    });
    const organization = '{"resourceType":"Organization","id":"a"}';
    expect(scanLines(filterOf('Organization', { ids: IDS }), 'Organization', [organization]).rows).toEqual(
      [],
    );
  });

  test('by a set that is larger than its memory was', () => {
    const ids = Array.from(
      { length: 300_000 },
      (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    );
    const lines = [0, 1, 299_999, 300_000].map((index) =>
      line(`"subject":{"reference":"Patient/00000000-0000-4000-8000-${String(index).padStart(12, '0')}"}`),
    );
    expect(scanLines(filterOf('Observation', { ids }), 'Observation', lines).rows).toEqual([0, 1, 2]);
  });

  test.each([
    '"meta":{"lastUpdated":"2026-04-01T00:00:00Z"},"meta":{"lastUpdated":"2020-01-01T00:00:00Z"}',
    '"meta":{"lastUpdated":"2020-01-01T00:00:00Z","\\u006castUpdated":"2026-04-01T00:00:00Z"}',
    '"meta":{"lastUpdated":["2020-01-01T00:00:00Z"]}',
    '"meta":[{"lastUpdated":"2020-01-01T00:00:00Z"}]',
    '"meta":{"lastUpdated":"0026-01-01T00:00:00Z"}',
    '"meta":{"lastUpdated":"2026-04-31T00:00:00Z"}',
    '"meta":{"lastUpdated":"2026-04-01T00:00:00+14:01"}',
    '"meta":{"lastUpdated":"2016-12-31T23:59:60Z"}',
    '"meta":{"lastUpdated":"2026-04-01T00:00:00.0000000001Z"}',
    '"meta":{"lastUpdated":7}',
  ])('and leaves %s to it', (content) => {
    expect(scanLines(filterOf('Observation', { since: SINCE }), 'Observation', [line(content)])).toEqual({
      rows: [],
      odd: [0],
    });
  });

  test.each([
    '{}',
    '{"lastUpdated":null}',
    'null',
    '"x"',
    '{"lastUpdated":"2026\\u002d04-01T00:00:00Z"}',
    '{"lastUpdated":"2020-01-01\\u005400:00:00Z"}',
  ])('also of a meta that is %s', (meta) => {
    expect(
      expectSame(filterOf('Observation', { since: SINCE }), 'Observation', [line(`"meta":${meta}`)]),
    ).toBe(0);
  });
});

function someInstant(random: (below: number) => number): string {
  const pad = (value: number, length = 2): string => String(value).padStart(length, '0');
  const year = random(4) === 0 ? 1000 + random(9000) : 2026;
  const near = random(2) === 0;
  const date = near ? '2026-03-01' : `${year}-${pad(random(14))}-${pad(random(33))}`;
  const time = near ? '00:00:00' : `${pad(random(25))}:${pad(random(61))}:${pad(random(62))}`;
  const fraction =
    ['', '.5', '.500', '.4999', '.500000001', '.50000000000', '.', `.${random(1000)}`][random(8)] ?? '';
  const zone = [
    'Z',
    '+00:00',
    '-00:01',
    `+${pad(random(16))}:${pad(random(62))}`,
    '-14:00',
    '',
    'z',
    'Z ',
    '+1:00',
  ][random(near ? 5 : 9)];
  const text = `${date}T${time}${fraction}${zone}`;
  if (random(20) > 0) return text;
  const at = random(text.length);
  return text.slice(0, at) + (['x', '', '-', '0', ':'][random(5)] ?? '') + text.slice(at + 1);
}

function someReference(random: (below: number) => number): string {
  const id = [...IDS, 'b', 'p-2', 'x'.repeat(65), ''][random(8)] ?? '';
  const type = ['Patient', 'Patient', 'Patient', 'Group', 'patient', 'OtherPatient'][random(6)] ?? '';
  const bases = ['https://ehr.example/fhir/', 'HTTP://A/b/', 'http://a/', 'https://elsewhere.example/fhir/'];
  const base = ['', '', '', ...bases, '/', '#', 'urn:'][random(10)] ?? '';
  const end = ['', '', '', '/_history/2', '?x=1', '#y', '/', '/_history/'][random(8)] ?? '';
  return `${base}${type}/${id}${end}`;
}

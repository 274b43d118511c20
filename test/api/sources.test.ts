import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportObjectKey } from '@millrace/export';
import { accepted, kickOff, outcomeOf, parameters, subject } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform();
  await rm(join(platform.data, 'Patient.ndjson'));
  for (const name of ['north', 'south']) {
    await mkdir(join(platform.data, name));
    await writeFile(join(platform.data, name, 'Patient.ndjson'), '{"resourceType":"Patient","id":"p1"}\n');
  }
});
afterAll(() => platform.close());

async function exportedFrom(fhirUrl: string, ...more: readonly object[]): Promise<unknown> {
  const { id } = await accepted(await kickOff(fhirUrl, parameters(subject, ...more)));
  const stored = await platform.store.read(exportObjectKey('default', id, 'request'));
  return (JSON.parse(Buffer.from(stored ?? '').toString()) as { source: unknown }).source;
}

interface Statement {
  readonly rest: readonly [{ readonly documentation: string; readonly extension: readonly object[] }];
}

async function statementOf(fhirUrl: string): Promise<Statement['rest'][0]> {
  const { rest } = (await (await fetch(`${fhirUrl}/metadata`)).json()) as Statement;
  return rest[0];
}

describe('of several sources, none of which is the default', () => {
  it('a kick-off must name one, and is told which there are', async () => {
    const { fhirUrl } = await platform.start();
    const response = await kickOff(fhirUrl);
    expect(response.status).toBe(400);
    expect((await outcomeOf(response)).issue).toEqual([
      expect.objectContaining({
        code: 'required',
        expression: ['source'],
        diagnostics: expect.stringContaining('"north", "south"'),
      }),
    ]);
    expect(await exportedFrom(fhirUrl, { name: 'source', valueString: 'south' })).toBe('south');
  });

  it('the CapabilityStatement and the OperationDefinition say which there are', async () => {
    const { fhirUrl } = await platform.start();
    const { documentation, extension } = await statementOf(fhirUrl);
    expect(documentation).toContain('Name one of the sources "north", "south"');
    expect(extension.map((one) => JSON.stringify(one)).join()).toMatch(/"north".*"south"/);
    const published = await (await fetch(`${fhirUrl}/OperationDefinition/sql-export`)).json();
    expect(published).toMatchObject({
      parameter: expect.arrayContaining([expect.objectContaining({ name: 'source', min: 1 })]),
    });
  });
});

describe('SOURCE_BASE_URLS', () => {
  it('are published, and kept with each export', async () => {
    const SOURCE_BASE_URLS = 'north=https://north.example/fhir/ north=http://old.example';
    const { fhirUrl } = await platform.start({ SOURCE_BASE_URLS, DEFAULT_SOURCE: 'north' });
    const bases = ['https://north.example/fhir', 'http://old.example'];
    const { extension } = await statementOf(fhirUrl);
    expect(extension[0]).toMatchObject({
      extension: expect.arrayContaining(bases.map((valueUri) => ({ url: 'baseUrl', valueUri }))),
    });
    for (const [source, baseUrls] of [
      ['north', bases],
      ['south', []],
    ] as const) {
      const from = { name: 'source', valueString: source };
      const { id } = await accepted(await kickOff(fhirUrl, parameters(subject, from)));
      const stored = await platform.store.read(exportObjectKey('default', id, 'request'));
      expect(JSON.parse(Buffer.from(stored ?? '').toString())).toMatchObject({ source, baseUrls });
    }
  });

  it('of several sources, or of none that there is, are refused at start', async () => {
    const start = (SOURCE_BASE_URLS: string) => platform.start({ SOURCE_BASE_URLS });
    await expect(start('https://north.example/fhir')).rejects.toThrow('NAME=https://north.example/fhir');
    await expect(start('nort=https://north.example/fhir')).rejects.toThrow(
      '"nort"; the sources are "north", "south"',
    );
  });
});

describe('DEFAULT_SOURCE', () => {
  it('is exported where a request names no source', async () => {
    const { fhirUrl } = await platform.start({ DEFAULT_SOURCE: 'south' });
    expect(await exportedFrom(fhirUrl)).toBe('south');
    expect(await exportedFrom(fhirUrl, { name: 'source', valueString: 'north' })).toBe('north');
    expect((await statementOf(fhirUrl)).documentation).toContain('Default: "south"');
  });

  it('that is no source is refused at start, with the names of those there are', async () => {
    await expect(platform.start({ DEFAULT_SOURCE: 'soth' })).rejects.toThrow(
      /DEFAULT_SOURCE.*"north", "south"/s,
    );
  });
});

describe('a source named default', () => {
  it('is exported where a request names none, and no other may be said to be', async () => {
    await mkdir(join(platform.data, 'default'));
    try {
      const { fhirUrl } = await platform.start();
      expect(await exportedFrom(fhirUrl)).toBe('default');
      await expect(platform.start({ DEFAULT_SOURCE: 'north' })).rejects.toThrow('DEFAULT_SOURCE');
    } finally {
      await rm(join(platform.data, 'default'), { recursive: true });
    }
  });
});

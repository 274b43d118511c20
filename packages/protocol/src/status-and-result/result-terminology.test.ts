import { expect, test } from '@jest/globals';
import type { CompletedManifest } from '@millrace/export';
import type { Parameters } from '@millrace/fhir';
import { exportUrls } from '../http/urls.js';
import { resultAnswer } from './result-answer.js';

const manifest: CompletedManifest = {
  schemaVersion: 1,
  exportId: '5f0c',
  tenant: 'default',
  client: 'anonymous',
  writtenBy: 'n',
  acceptedAt: '2026-11-20T10:00:00.000Z',
  endedAt: '2026-11-20T10:00:40.000Z',
  expiresAt: '2026-11-21T10:00:40.000Z',
  outcome: 'completed',
  skippedLines: 0,
  notices: [],
  outputs: [
    { name: 'plain', engine: 'scan', files: [] },
    {
      name: 'coded',
      engine: 'duckdb',
      files: [],
      terminology: [
        {
          kind: 'ValueSet',
          canonical: 'urn:vs|1',
          url: 'urn:vs',
          version: '1',
          source: 'stored',
          server: 'https://tx.example/fhir',
          rows: 7,
          expansion: {
            identifier: 'urn:uuid:1',
            timestamp: '2026-11-30',
            parameters: [{ name: 'used-codesystem', value: 'urn:s|2' }],
          },
        },
        { kind: 'ConceptMap', canonical: 'urn:cm', source: 'context', rows: 0 },
      ],
    },
  ],
};

test('a result tells of each output from what its value sets and concept maps were made', () => {
  const request = {
    operation: 'sql-export',
    format: 'csv',
    subjects: [{ name: 'coded' }, { name: 'plain' }],
  } as const;
  const { body } = resultAnswer(manifest, request, exportUrls('https://sof.example/fhir', '5f0c'));
  const outputs = (body as Parameters).parameter?.filter(({ name }) => name === 'output');
  const url = 'urn:millrace:fhir:extension:terminology';
  expect(outputs?.map(({ extension }) => extension)).toEqual([
    [
      {
        url,
        extension: [
          { url: 'canonical', valueCanonical: 'urn:vs|1' },
          { url: 'kind', valueCode: 'ValueSet' },
          { url: 'source', valueCode: 'stored' },
          { url: 'rows', valueDecimal: 7 },
          { url: 'url', valueUri: 'urn:vs' },
          { url: 'version', valueString: '1' },
          { url: 'server', valueUrl: 'https://tx.example/fhir' },
          {
            url: 'expansion',
            extension: [
              { url: 'identifier', valueUri: 'urn:uuid:1' },
              { url: 'timestamp', valueDateTime: '2026-11-30' },
              {
                url: 'parameter',
                extension: [
                  { url: 'name', valueString: 'used-codesystem' },
                  { url: 'value', valueString: 'urn:s|2' },
                ],
              },
            ],
          },
        ],
      },
      {
        url,
        extension: [
          { url: 'canonical', valueCanonical: 'urn:cm' },
          { url: 'kind', valueCode: 'ConceptMap' },
          { url: 'source', valueCode: 'context' },
          { url: 'rows', valueDecimal: 0 },
        ],
      },
    ],
    undefined,
  ]);
});

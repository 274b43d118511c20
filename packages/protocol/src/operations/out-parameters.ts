import { NOTICE_KINDS } from '@millrace/export';
import type { OutParameterDeclaration } from './operation.js';

const one = (
  name: string,
  type: OutParameterDeclaration['type'],
  min: 0 | 1,
  documentation: string,
): OutParameterDeclaration => ({ name, min, max: '1', type, documentation });

const WHILE_IT_RUNS = 'Of this server, not of the guide; only while the export runs.';

/** Out-parameters of every export operation: those that the guide defines, and `notice`. */
export const EXPORT_OUT_PARAMETERS: readonly OutParameterDeclaration[] = [
  one('exportId', 'string', 1, 'Id of the export on this server.'),
  one('clientTrackingId', 'string', 0, 'As supplied.'),
  one('status', 'code', 1, 'accepted, in-progress, completed, cancelled or failed.'),
  one('location', 'uri', 1, 'Where to poll.'),
  one('cancelUrl', 'uri', 0, 'Where to send DELETE.'),
  one('_format', 'code', 0, 'Format of the files.'),
  one('exportStartTime', 'instant', 0, 'When the export was accepted.'),
  one('exportEndTime', 'instant', 0, 'When it ended.'),
  one('exportDuration', 'integer', 0, 'Seconds from start to end.'),
  one('estimatedTimeRemaining', 'integer', 0, 'Seconds; only while the export runs.'),
  one('subjectsTotal', 'integer', 0, `How many subjects the export has. ${WHILE_IT_RUNS}`),
  one('subjectsDone', 'integer', 0, `How many of them are certainly complete. ${WHILE_IT_RUNS}`),
  one('currentSubject', 'string', 0, `Name of the output that was written to last. ${WHILE_IT_RUNS}`),
  one('shardsTotal', 'integer', 0, `How many pieces of work the plan has. ${WHILE_IT_RUNS}`),
  one('shardsDone', 'integer', 0, `How many of them are done. ${WHILE_IT_RUNS}`),
  one('bytesTotal', 'decimal', 0, `Bytes of the input. ${WHILE_IT_RUNS}`),
  one('bytesRead', 'decimal', 0, `Bytes of the input that were read. ${WHILE_IT_RUNS}`),
  one('rowsWritten', 'decimal', 0, `Rows in files so far. ${WHILE_IT_RUNS}`),
  one('bytesWritten', 'decimal', 0, `Bytes of these files. ${WHILE_IT_RUNS}`),
  one('filesWritten', 'decimal', 0, `How many files there are so far. ${WHILE_IT_RUNS}`),
  {
    name: 'notice',
    min: 0,
    max: '*',
    type: 'parts',
    documentation:
      'Of this server, not of the guide: likely mistakes in the views of an accepted export, and data that was skipped, ignored, replaced or not read in a completed one.',
    part: [
      one('kind', 'code', 1, `${NOTICE_KINDS.slice(0, -1).join(', ')} or ${NOTICE_KINDS.at(-1)}.`),
      one('diagnostics', 'string', 1, 'The notice in words.'),
      one('expression', 'string', 0, 'The element of the request that the notice is about.'),
      one('count', 'decimal', 0, 'How many files, resources or lines; a whole number.'),
    ],
  },
  {
    name: 'output',
    min: 0,
    max: '*',
    type: 'parts',
    documentation:
      'One per subject, in the order of the request. Its columns with their types are an extension. The value sets and concept maps that its SQL uses are an extension: from what they were made.',
    part: [
      one('name', 'string', 1, 'Name of the output.'),
      {
        name: 'location',
        min: 1,
        max: '*',
        type: 'uri',
        documentation:
          'A file of the output; download all of them. Carries rows, bytes and SHA-256 as an extension.',
      },
    ],
  },
];

import type { ParameterDeclaration } from './operation.js';

const one = (
  name: string,
  type: ParameterDeclaration['type'],
  min: 0 | 1,
  documentation: string,
): ParameterDeclaration => ({ name, min, max: '1', type, documentation });

/** Out-parameters that the guide defines, the same for every export operation. */
export const EXPORT_OUT_PARAMETERS: readonly ParameterDeclaration[] = [
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
  {
    name: 'output',
    min: 0,
    max: '*',
    type: 'parts',
    documentation: 'One per subject, in the order of the request.',
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

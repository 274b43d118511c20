import { EXPORT_ROUTES, NOTICES_HEADER, OPERATIONS, isPublished, operationPath } from '@millrace/protocol';
import type { OperationDeclaration, OutParameterDeclaration } from '@millrace/protocol';

const INTRODUCTION = `# Protocol

The addresses of the FHIR API, below the FHIR base (\`/fhir\` of the API). \`GET /metadata\` and
\`GET /OperationDefinition/{id}\` tell a client the same.

Every error is an OperationOutcome. \`expression\` names the parameter or the element at fault, and one answer has all
problems of a request that were found.

This document is made from the declarations in \`packages/protocol/src/operations\` by \`npm run docs\`; a test fails when it is
stale.`;

const { status: STATUS, result: RESULT, file: FILE } = EXPORT_ROUTES;

const EXPORTS = `## An export

| Request | Answer |
| --- | --- |
| kick-off | 202 with \`Content-Location: <status>\` |
| \`GET ${inBraces(STATUS)}\` | 202 while it runs, with \`Retry-After\` and \`X-Progress\`; then 303 to the result |
| \`GET ${inBraces(RESULT)}\` | 200 with the manifest, or the error of an export that failed |
| \`GET ${inBraces(FILE)}\` | 200 with a file |
| \`DELETE ${inBraces(STATUS)}\` | 202: the export is cancelled. It changes nothing after the end of the export |
| \`DELETE ${inBraces(RESULT)}\` | 202: the export is removed, with its files |

Clients treat these addresses as opaque. After a cancel, a removal or the end of its time an export is 404.`;

const RUNS = `## A run

| \`_format\` | \`Accept\` | Answer |
| --- | --- | --- |
| a format of files | absent, a wildcard, the media type of the format, \`application/octet-stream\`, or another one | the rows in this format |
| csv, json | \`application/fhir+json\` | a Binary resource with the rows in base64 |
| ndjson, parquet, absent | \`application/fhir+json\` | 406 |
| any | \`application/fhir+xml\` | 406 |
| fhir | any other | a Parameters resource with a \`row\` for each row, and a part with a typed value for each column that is not null |
| absent | the media type of a format of files | the rows in that format |
| absent | absent, or another one | the rows as ndjson |

Rows are sent while they are evaluated. An error before the first row is an OperationOutcome. Behind it the connection is
reset without the end of the answer; likewise that of a client that reads too slowly.

\`${NOTICES_HEADER}\`, of this server and not of the guide, counts by kind of notice what a run skipped, passed over or finds
doubtful: \`view=1, other-type=3\`. The kinds are \`view\` (doubts about the view), \`unread-input\` and \`repeated-input\`
(files of the source), \`other-type\` (resources that the view does not read), \`unreadable-date\` (resources that passed a filter
because a date of theirs cannot be read) and \`skipped-line\`. The head has the notices that are known before the first row, and
\`skipped-line=*\` where the server is configured to skip lines that are no resources: then rows may be missing. A client that
says \`TE: trailers\` has all of them in a trailer of this name, or \`none\`. Parameters and Binary resources of rows have them in
\`meta.extension\` with the URL \`urn:millrace:fhir:extension:run-notices\`.`;

/** Content of `docs/protocol.md`. */
export function protocolDocument(): string {
  const operations = OPERATIONS.filter(isPublished).map(operationText);
  return [INTRODUCTION, EXPORTS, RUNS, ...operations].join('\n\n').concat('\n');
}

function operationText(operation: OperationDeclaration): string {
  const { code, description, methods, levels, parameters, refused, outParameters, definition } = operation;
  const addresses = levels.flatMap((level) =>
    methods.map((method) => `- \`${method} ${inBraces(operationPath(operation, level))}\``),
  );
  return [
    `## \`${code}\``,
    description,
    addresses.join('\n'),
    `Based on <${definition}>.`,
    'Parameters:',
    table(parameters.flatMap((parameter) => rows(parameter))),
    ...(refused.length === 0
      ? []
      : [
          'Refused, because they belong elsewhere:',
          refused.map(({ name, why }) => `- \`${name}\`: ${why}`).join('\n'),
        ]),
    'Parameters of its answers:',
    table(outParameters.flatMap((parameter) => rows(parameter))),
  ].join('\n\n');
}

/** Route parameters as documents write them. */
function inBraces(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

type Row = readonly [name: string, type: string, times: string, text: string];

function rows(parameter: OutParameterDeclaration, within = ''): Row[] {
  const { name, type, min, max, documentation, levels, isPending, part = [] } = parameter;
  if (isPending === true) return [];
  const at = `${within}${name}`;
  const where = levels === undefined ? '' : ` (${levels.join(', ')})`;
  const own: Row = [`\`${at}\``, type === 'parts' ? '' : type, `${min}..${max}`, `${documentation}${where}`];
  return [own, ...part.flatMap((one) => rows(one, `${at}.`))];
}

function table(body: readonly Row[]): string {
  const lines = body.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  return ['| Name | Type | Times | Meaning |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

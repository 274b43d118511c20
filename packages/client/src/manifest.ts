import { absoluteUrl } from './absolute-url.js';
import { EXPORT_FILE_EXTENSION, MEDIA_TYPES } from './declared.js';
import { exchange, type RequestOptions } from './exchange.js';
import { UnexpectedAnswerError } from './errors.js';
import { readColumns, type OutputColumn } from './output-column.js';
import { readNotices, type ExportNotice } from './notice.js';
import { parametersIn, readParameters, told, type Parameter } from './parameters.js';

/** One file of an output. Facts that a server does not publish are undefined. */
export interface OutputFile {
  readonly url: string;
  readonly rows: number | undefined;
  readonly bytes: number | undefined;
  /** Hex. */
  readonly sha256: string | undefined;
  /** The path of its partition as Hive has it, such as `gender=male`. Undefined: its output is not partitioned. */
  readonly partition?: string | undefined;
}

export interface ExportOutput {
  readonly name: string;
  /** Undefined where the server does not tell them. */
  readonly columns?: readonly OutputColumn[] | undefined;
  /** In the order of the input. */
  readonly files: readonly OutputFile[];
}

/** The result of an export that completed. Instants are ISO strings as the server sent them. */
export interface ExportManifest {
  readonly exportId: string;
  readonly status: string;
  readonly clientTrackingId: string | undefined;
  readonly format: string | undefined;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /** `Expires` of the answer: until then the result and its files can be fetched. */
  readonly expires: string | undefined;
  /** Remarks of the server: views that it doubts, lines that it skipped, files that it did not read. */
  readonly notices: readonly ExportNotice[];
  readonly outputs: readonly ExportOutput[];
}

/**
 * Fetches the result of an export that has ended.
 *
 * @throws ServerRefusedError with the reason of an export that failed.
 */
export async function fetchManifest(
  resultUrl: string,
  options: RequestOptions = {},
): Promise<ExportManifest> {
  const response = await exchange('GET', resultUrl, options, {
    headers: { accept: 'application/fhir+json' },
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new UnexpectedAnswerError(resultUrl, `status ${response.status}`, '200 with the manifest');
  }
  return readManifest(
    await readParameters(response, { url: resultUrl, signal: options.signal }),
    resultUrl,
    response.headers,
  );
}

/**
 * The manifest of a result that was kept as JSON.
 *
 * @param from its URL
 * @throws UnexpectedAnswerError when it is none
 */
export function manifestOf(json: unknown, from: string): ExportManifest {
  const parameters = parametersIn(json);
  if (parameters === undefined)
    throw new UnexpectedAnswerError(from, 'something else than Parameters', 'the manifest of an export');
  return readManifest(parameters, from, new Headers());
}

/** @throws UnexpectedAnswerError when the parameters are not those of a result */
export function readManifest(
  parameters: readonly Parameter[],
  resultUrl: string,
  headers: Headers,
): ExportManifest {
  const exportId = told(parameters, 'exportId');
  const status = told(parameters, 'status');
  if (exportId === undefined || status === undefined) {
    throw new UnexpectedAnswerError(
      resultUrl,
      'Parameters without exportId or status',
      'the manifest of an export',
    );
  }
  return {
    exportId,
    status,
    clientTrackingId: told(parameters, 'clientTrackingId'),
    format: formatIn(told(parameters, '_format')),
    startedAt: told(parameters, 'exportStartTime'),
    endedAt: told(parameters, 'exportEndTime'),
    expires: headers.get('expires') ?? undefined,
    notices: readNotices(parameters),
    outputs: parameters
      .filter(({ name }) => name === 'output')
      .map((output) => readOutput(output, resultUrl)),
  };
}

/** The code of a format. It becomes the ending of file names, so that nothing else is taken for one. */
function formatIn(told: string | undefined): string | undefined {
  const known = Object.entries(MEDIA_TYPES).find(([, mediaType]) => mediaType === told);
  return known?.[0] ?? (/^[A-Za-z0-9]{1,16}$/.test(told ?? '') ? told : undefined);
}

function readOutput(output: Parameter, resultUrl: string): ExportOutput {
  const parts = output.part ?? [];
  const name = told(parts, 'output.name');
  const files = parts.filter((part) => part.name === 'location').map((part) => readFile(part, resultUrl));
  if (name === undefined || files.length === 0) {
    throw new UnexpectedAnswerError(resultUrl, 'an output without name or location', 'one of each at least');
  }
  return { name, columns: readColumns(output), files };
}

function readFile(location: Parameter, resultUrl: string): OutputFile {
  if (location.valueUri === undefined) {
    throw new UnexpectedAnswerError(resultUrl, 'a location without valueUri', 'the URL of a file');
  }
  const extension = location.extension?.find(({ url }) => url === EXPORT_FILE_EXTENSION);
  const fact = (name: string) => extension?.extension?.find(({ url }) => url === name);
  const partition = fact('partition')?.valueString;
  return {
    url: absoluteUrl(location.valueUri, resultUrl),
    rows: fact('rows')?.valueDecimal,
    bytes: fact('bytes')?.valueDecimal,
    sha256: fact('sha256')?.valueString,
    ...(partition === undefined ? {} : { partition }),
  };
}

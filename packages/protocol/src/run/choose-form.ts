import Negotiator from 'negotiator';
import { refuse } from '../errors/errors.js';
import type { ProtocolError } from '../errors/errors.js';
import { FHIR_JSON } from '../http/answer.js';
import { withoutOurParameters } from '../http/representation.js';
import { FORMATS, runMediaType } from '../outputs/format.js';
import type { ExportFormat, RunFormat } from '../outputs/format.js';

/** How the rows of a run are sent: as they are, or in base64 within a Binary resource. */
export interface RunForm {
  readonly format: RunFormat;
  readonly envelope: 'none' | 'Binary';
}

const OCTETS = 'application/octet-stream';
const FHIR_XML = 'application/fhir+xml';

/** In the order in which a wildcard chooses. The keys of `FORMATS` are its codes. */
const FORMAT_CODES = Object.keys(FORMATS) as readonly ExportFormat[];

/**
 * `_format` wins over `Accept`, which wins over ndjson. The header then says in which form: only where it asks for FHIR is
 * that a Binary resource, which ndjson and Parquet do not have.
 * https://hl7.org/fhir/uv/sql-on-fhir/operations-common.html
 *
 * @param asked by `_format`
 * @returns undefined when nothing that the header allows can be sent
 */
export function chooseForm(asked: RunFormat | undefined, accept = ''): RunForm | undefined {
  const native = (asked === undefined ? FORMAT_CODES : [asked]).map((format) => ({
    format,
    mediaType: runMediaType(format),
  }));
  const formDefault: RunForm = { format: asked ?? 'ndjson', envelope: 'none' };
  if (accept.trim() === '') return formDefault;
  const candidates = [...native.map(({ mediaType }) => mediaType), OCTETS, FHIR_JSON, FHIR_XML];
  const headers = { accept: withoutOurParameters(accept) };
  const allowed = new Negotiator({ headers }).mediaTypes([...new Set(candidates)]);
  // A header that names none of them selects nothing.
  if (allowed.length === 0) return formDefault;
  for (const mediaType of allowed) {
    const format = native.find((candidate) => candidate.mediaType === mediaType)?.format;
    if (format !== undefined) return { format, envelope: 'none' };
    if (mediaType === OCTETS) return formDefault;
    if (mediaType === FHIR_JSON && hasEnvelope(formDefault.format))
      return { ...formDefault, envelope: 'Binary' };
  }
  return undefined;
}

function hasEnvelope(format: RunFormat): boolean {
  return format === 'csv' || format === 'json';
}

/** 406 for a run whose rows cannot be sent as the header wants them. */
export function noSuchForm(asked: RunFormat | undefined): ProtocolError {
  const format = asked ?? 'ndjson';
  return refuse(
    406,
    'not-supported',
    `rows in the format ${format} are sent as ${runMediaType(format)}, which Accept must allow; as ${FHIR_JSON} there are _format=fhir, and Binary resources for csv and json`,
  );
}

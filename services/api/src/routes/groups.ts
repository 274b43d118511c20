import type { Principal } from '@millrace/auth';
import { chooseSource, faultsError, groupSearchPieces, readGroupSearch, refuse } from '@millrace/protocol';
import type { ChosenSource, SourceChoice } from '@millrace/protocol';
import { ownRound } from '@millrace/threads';
import type { Request, Response } from 'express';
import type { GroupFinder } from '../find-groups.js';
import { mediaTypeOf, requireAcceptable } from '../http/representation.js';
import { sendPieces } from '../http/send-pieces.js';
import { ClientGoneError } from '../run/run-life.js';

export interface GroupPorts {
  contextOf(tenant: string): SourceChoice;
  readonly groups: GroupFinder;
  readonly baseUrl: string;
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** A Group of a source, as it is stored there: a client looks at the group that it is about to export. */
export function readGroup({ contextOf, groups }: GroupPorts) {
  return async (
    request: Request<{ id: string }>,
    response: Response,
    { tenant }: Principal,
  ): Promise<void> => {
    requireAcceptable(response);
    const { id } = request.params;
    const source = sourceOf(request.query['source'], contextOf(tenant));
    const [group] = ID.test(id) ? await groups.find(source, { id }, goneSignal(response), tenant) : [];
    if (group === undefined) {
      const diagnostics = `Group/${id.slice(0, 64)} does not exist in source ${JSON.stringify(source.name)}`;
      throw refuse(404, 'not-found', diagnostics);
    }
    response.status(200).set('Content-Type', mediaTypeOf(response, 200)).end(group);
  };
}

/** The Groups of a source that match, all in one Bundle. */
export function searchGroups({ contextOf, groups, baseUrl }: GroupPorts) {
  return async (request: Request, response: Response, { tenant }: Principal): Promise<void> => {
    requireAcceptable(response);
    const query = queryOf(request);
    const { source: asked, where } = readGroupSearch(query);
    const source = sourceOf(asked, contextOf(tenant));
    if (source.fhirVersion !== 'R4') {
      const diagnostics = `searches are those of R4; source ${JSON.stringify(source.name)} holds ${source.fhirVersion}`;
      throw refuse(400, 'not-supported', diagnostics);
    }
    const lines = await groups.find(source, { where }, goneSignal(response), tenant);
    const found: { id: string | undefined; line: Buffer }[] = [];
    for (const line of lines) {
      await ownRound();
      found.push({ id: idOf(line), line });
    }
    await sendPieces(response, groupSearchPieces(found, baseUrl, `${baseUrl}/Group${query}`));
  };
}

function sourceOf(asked: unknown, context: SourceChoice): ChosenSource {
  const { source, fault } = chooseSource(typeof asked === 'string' ? asked : undefined, context);
  if (fault !== undefined) throw faultsError([fault]);
  if (source.versions === true) {
    const diagnostics = `source ${JSON.stringify(source.name)} may hold several versions of a Group; they are looked through by an export only. Ask for them by $export with _type=Group`;
    throw refuse(400, 'not-supported', diagnostics);
  }
  return source;
}

function queryOf({ originalUrl }: Pick<Request, 'originalUrl'>): string {
  const start = originalUrl.indexOf('?');
  return start < 0 ? '' : originalUrl.slice(start);
}

/** Of longer lines no id is told: parsing them would keep other requests waiting. Such a group has ten thousand members. */
const MOST_PARSED_BYTES = 1 << 20;

function idOf(line: Buffer): string | undefined {
  if (line.length > MOST_PARSED_BYTES) return undefined;
  const id = rootId(line.toString('utf8'));
  return typeof id === 'string' && ID.test(id) ? id : undefined;
}

/** Lines are copied without a look at the grammar of all values: one may be no JSON. */
function rootId(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly id?: unknown }).id;
  } catch {
    return undefined;
  }
}

function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort(new ClientGoneError()));
  return gone.signal;
}

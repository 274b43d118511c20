import type { Canonical, Resource } from '@millrace/fhir';

/** Which entries of an expansion are asked for. */
export interface ExpansionPage {
  readonly offset: number;
  readonly count: number;
}

/** A ValueSet that the server may know, or one that is given to it. */
export type AskedExpansion =
  | { readonly kind: 'known'; readonly canonical: Canonical }
  | { readonly kind: 'given'; readonly valueSet: Resource };

/**
 * The answer of a server.
 *
 * - `unknown`: it says that there is no such artefact.
 * - `failed`: it cannot be reached, is too slow, answers more than is read, or refuses. `why` has no text of its answer.
 */
export type Answered<Value> =
  | { readonly kind: 'found'; readonly value: Value }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly why: string };

/** Another server, which knows value sets and concept maps. The operator chooses it. It never rejects. */
export interface TerminologyServer {
  /** Its FHIR base, for the record of what was used. */
  readonly base: string;
  /** One page of an expansion, as a ValueSet. https://hl7.org/fhir/valueset-operation-expand.html */
  expand(asked: AskedExpansion, page: ExpansionPage, signal: AbortSignal): Promise<Answered<Resource>>;
  /** The ConceptMaps that it finds by this canonical URL. They may be others too: the caller looks at them again. */
  conceptMaps(canonical: Canonical, signal: AbortSignal): Promise<Answered<readonly Resource[]>>;
}

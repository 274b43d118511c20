/** A request to one of the operations, as it came from the socket. */
export interface KickOffRequest {
  readonly method: string;
  /** By lower-case name, as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly query?: Readonly<Record<string, unknown>>;
  /** The query as it was written, with its question mark; empty without one. */
  readonly search?: string;
  /** Parsed JSON within the bounds of `json-bounds.ts`; undefined when there was no body. */
  readonly body: unknown;
  /** At the instance level. */
  readonly instanceId?: string;
}

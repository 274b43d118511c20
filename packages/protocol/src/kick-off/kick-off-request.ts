/** A request to one of `EXPORT_OPERATIONS`, as it came from the socket. */
export interface KickOffRequest {
  readonly method: string;
  /** By lower-case name, as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly query?: Readonly<Record<string, unknown>>;
  /** Parsed JSON within the bounds of `json-bounds.ts`; undefined when there was no body. */
  readonly body: unknown;
  /** At the instance level. */
  readonly instanceId?: string;
}

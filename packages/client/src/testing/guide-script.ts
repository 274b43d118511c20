/** The way in which one file is served. */
export interface ServedFile {
  readonly kind?: 'output' | 'deleted' | 'error';
  readonly type: string;
  readonly lines: readonly string[];
  /** Packed whatever the client accepts. */
  readonly gzip?: boolean;
  /** In place of the number of lines. */
  readonly count?: number;
  /** As version 4 states it. */
  readonly fileSize?: number;
  readonly extension?: object;
  /** Answers before the file: `503` and such, or `cut` for one that breaks off in the middle. */
  readonly before?: readonly (number | 'cut' | 'cut packed')[];
  /** Whether it has ranges; a change of the file is told by its ETag. */
  readonly ranges?: boolean;
  /** The path of another server's or an own redirect. */
  readonly redirect?: boolean;
  /** 404 until the manifest is asked for again, which then has another URL. */
  readonly expires?: boolean;
}

export interface GuideScript {
  /** Pages of the manifest. */
  readonly pages: readonly (readonly ServedFile[])[];
  /** Output is in blocks of this type: its files have no types. */
  readonly organizedBy?: string;
  /** Answers to kick-offs before the one that accepts. */
  readonly busy?: readonly {
    readonly status: number;
    readonly retryAfter?: string;
    /** Accepts it and breaks the connection off in place of an answer. */
    readonly drop?: boolean;
  }[];
  /** Gives the same export for the same `Idempotency-Key`. */
  readonly knowsKeys?: boolean;
  /** Answers to polls, in order, before the manifest. */
  readonly polls?: readonly PollAnswer[];
  /** In place of the manifest. */
  readonly failure?: { readonly status: number; readonly code: string };
  /** The page of the manifest in whose place the export fails. */
  readonly failsAtPage?: number;
  readonly requiresAccessToken?: boolean;
  readonly relativeUrls?: boolean;
  /** Speaks version 4 beside version 3, under the name of its own, or in its place. */
  readonly v4?: 'beside' | 'only';
  /** The origin of the files and of further pages is not that of the server: `localhost` in place of its address. */
  readonly elsewhere?: boolean;
  /** Whether that origin may have the token. */
  readonly mayHaveToken?: boolean;
  /** The status URL answers 303 with the URL of the manifest. */
  readonly seeOther?: boolean;
  /** As of a kick-off with `separate-export-status`: the status is 200, and a header has the one that it would be. */
  readonly separateStatus?: boolean;
  /** Only this token opens anything but files that need none. */
  readonly token?: string;
}

export interface PollAnswer {
  readonly status: number;
  readonly progress?: string;
  readonly retryAfter?: string;
  readonly code?: string;
  /** So many pages of the manifest are known then: a 202 has the one that is asked for, if it is among them. */
  readonly pages?: number;
  /** Breaks the connection off in place of an answer. */
  readonly drop?: boolean;
}

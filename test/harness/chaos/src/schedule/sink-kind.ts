/** Where the exports of a round are stored. */
export const SINK_KINDS = ['file', 's3'] as const;
export type SinkKind = (typeof SINK_KINDS)[number];

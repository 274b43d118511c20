/**
 * The life of an export. Each arrow is one Lua file in `packages/jobstore`.
 *
 * ```
 *            create            activate              claim (plan)
 *   (nothing) ──▶ preparing ──────────▶ accepted ──────────────▶ in-progress
 *                     │                     │                         │
 *                  discard                  └────────┬────────────────┘
 *                     ▼                            decide
 *                 (nothing)                          ▼
 *                                          deciding(outcome)      the object store
 *                                                    │            decides by the first
 *                                                  settle         `manifest.json`
 *                                                    ▼
 *                                   completed │ failed │ cancelled ──expire──▶ (nothing)
 * ```
 *
 * While an export is `deciding`, clients see the state from before.
 */
export const OUTCOMES = ['completed', 'failed', 'cancelled'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const EXPORT_STATES = ['preparing', 'accepted', 'in-progress', 'deciding', ...OUTCOMES] as const;
export type ExportState = (typeof EXPORT_STATES)[number];

/** The states that a client may see, as in value set ExportStatusCodes. */
export type VisibleState = 'accepted' | 'in-progress' | Outcome;

export function isOver(state: ExportState): state is Outcome {
  return (OUTCOMES as readonly string[]).includes(state);
}

/** The state that clients see, or undefined while the export does not exist for them. */
export function visibleState(record: {
  readonly state: ExportState;
  readonly startedAt?: number | undefined;
}): VisibleState | undefined {
  switch (record.state) {
    case 'preparing':
      return undefined;
    case 'deciding':
      return record.startedAt === undefined ? 'accepted' : 'in-progress';
    case 'accepted':
    case 'in-progress':
    case 'completed':
    case 'failed':
    case 'cancelled':
      return record.state;
    default:
      return record.state satisfies never;
  }
}

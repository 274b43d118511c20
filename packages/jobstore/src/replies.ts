import {
  EXPORT_STATES,
  OUTCOMES,
  failureSchema,
  isStepId,
  type DispatchedStep,
  type SentStep,
} from '@millrace/export';
import * as z from 'zod';
import { CorruptStoreError } from './errors.js';
import { fromPairs } from './from-pairs.js';
import { jsonText } from './json-text.js';
import type { ScriptName } from './scripts.js';

const code = <Code extends string>(value: Code) => z.tuple([z.literal(value)]);
const count = z.string().regex(/^\d+$/).transform(Number);
const token = z.string().regex(/^\d+$/);
const state = z.enum(EXPORT_STATES);
const outcome = z.enum(OUTCOMES);
const step = z.string().transform(stepReference);
const ids = z.string().transform((text) => text.split(' ').filter((id) => id !== ''));
const fenced = code('fenced');
const hash = z.array(z.string()).transform(fromPairs);
const gap = z.tuple([z.literal('gap'), count, count]);
const committed = z.tuple([z.literal('committed'), count, count, count]);

const held = z.tuple([z.literal('held'), z.string(), z.string(), state, count]);

const failure = z.union([z.literal('').transform(() => undefined), jsonText(failureSchema)]);

/** The reply of each script: its code, then the fields that its header lists. */
export const replies = {
  create: z.union([
    z.tuple([z.literal('created'), count]),
    code('exists'),
    held,
    z.tuple([z.literal('full'), count]),
    code('unsure'),
  ]),
  'key-holder': z.union([held, code('free'), code('unsure')]),
  'trust-keys': z.union([z.tuple([z.literal('run'), z.string()]), code('trusted'), code('over')]),
  'own-exports': z.union([z.tuple([z.literal('owned'), z.string(), z.string()], hash)]),
  poll: z.union([
    z.tuple([z.literal('polled'), z.string(), z.enum(['counted', 'often']), hash]),
    code('gone'),
  ]),
  'open-download': z.union([code('open')]),
  'await-downloads': z.union([code('awaited'), code('none'), code('spent')]),
  activate: z.union([code('activated'), code('refused')]),
  discard: z.union([code('discarded'), code('kept')]),
  restore: z.union([code('restored'), code('exists')]),
  claim: z.union([
    z.tuple([z.literal('claimed'), token, count, count, count, z.string(), count]),
    z.tuple([z.literal('held'), count]),
    z.tuple([z.literal('exhausted'), count, failure]),
    code('done'),
    code('full'),
    z.tuple([z.literal('closed'), state, outcome]),
    code('early'),
    code('lost'),
    code('gone'),
  ]),
  heartbeat: z.union([code('extended'), code('wanted'), fenced]),
  release: z.union([code('released'), fenced]),
  postpone: z.union([z.tuple([z.literal('postponed'), count]), z.tuple([z.literal('spent'), count]), fenced]),
  'plan-slice': z.union([code('planned'), z.tuple([z.literal('mismatch'), count]), fenced]),
  'commit-part': z.union([committed, gap, fenced]),
  'commit-shard': z.union([committed, gap, fenced]),
  'read-parts': z.union([
    z.tuple([z.literal('parts')], z.union([z.array(z.string()), count, z.null(), z.string()])),
  ]),
  'read-steps': z.union([z.tuple([z.literal('steps')], hash)]),
  decide: z.union([
    z.tuple([z.literal('deciding'), count]),
    z.tuple([z.literal('already'), state, outcome, count]),
    fenced,
    code('gone'),
  ]),
  settle: z.union([z.tuple([z.literal('settled'), count]), code('refused'), code('gone')]),
  'forget-steps': z.union([code('forgotten'), code('kept')]),
  expire: z.union([code('expired'), code('live'), z.tuple([z.literal('steps'), count])]),
  'end-retention': z.union([code('ended'), code('live'), code('gone')]),
  dispatch: z.union([z.tuple([z.literal('dispatched')], step)]),
  register: z.union([z.tuple([z.literal('registered'), count])]),
  'sent-steps': z.union([z.tuple([z.literal('sent'), count, ids], z.string().transform(sentStep))]),
  'take-back': z.union([z.tuple([z.literal('returned'), count])]),
  resolve: z.union([z.tuple([z.literal('resolved'), count])]),
  mend: z.union([z.tuple([z.literal('mended'), count, ids])]),
  'live-exports': z.union([z.tuple([z.literal('live'), z.string(), z.string()], hash)]),
  totals: z.union([z.tuple([z.literal('totals'), count, count, count, count, count, count])]),
} satisfies Record<ScriptName, z.ZodType>;

export type Reply<Name extends ScriptName> = z.infer<(typeof replies)[Name]>;

const decoders: { readonly [Name in ScriptName]: z.ZodType<Reply<Name>> } = replies;

/** @throws CorruptStoreError when a script answered what its header does not list */
export function decodeReply<Name extends ScriptName>(name: Name, reply: unknown): Reply<Name> {
  const decoded = decoders[name].safeParse(reply);
  if (decoded.success) return decoded.data;
  throw new CorruptStoreError(`the reply of ${name}`, JSON.stringify(reply), { cause: decoded.error });
}

/** `<export>/<step>/<round>` */
function stepReference(text: string, context: z.RefinementCtx): DispatchedStep {
  const [, exportId, step, round] = /^(.+)\/([^/]+)\/(\d+)$/.exec(text) ?? [];
  if (exportId === undefined || step === undefined || !isStepId(step)) {
    context.addIssue(`"${text}" does not name a step`);
    return z.NEVER;
  }
  return { exportId, step, round: Number(round) };
}

/** A step as `sent-steps.lua` writes it. */
function sentStep(text: string, context: z.RefinementCtx): SentStep {
  const [reference = '', state, time, heldBy = '', worker = ''] = text.split(' ');
  const step = stepReference(reference, context);
  const at = Number(time);
  if (state === 'waiting') return { ...step, state, doubtedFrom: at };
  if (state === 'running') return { ...step, state, worker, token: heldBy, leaseEnds: at };
  context.addIssue(`"${text}" is neither waiting nor running`);
  return z.NEVER;
}

import { EXPORT_STATES, OUTCOMES, failureSchema, shardStep, type StepId } from '@millrace/export';
import { z } from 'zod';
import { CorruptStoreError } from './errors.js';
import { jsonText } from './json-text.js';
import type { ScriptName } from './scripts.js';

const code = <Code extends string>(value: Code) => z.tuple([z.literal(value)]);
const count = z.string().regex(/^\d+$/).transform(Number);
const token = z.string().regex(/^\d+$/);
const state = z.enum(EXPORT_STATES);
const outcome = z.enum(OUTCOMES);
const opened = z.string().transform(openedSteps);
const fenced = code('fenced');
const gap = z.tuple([z.literal('gap'), count, count]);

const failure = z.union([z.literal('').transform(() => undefined), jsonText(failureSchema)]);

/** What each script returns: its code, then the fields that its header lists. */
export const replies = {
  create: z.union([z.tuple([z.literal('created'), count]), code('exists')]),
  activate: z.union([code('activated'), code('refused')]),
  discard: z.union([code('discarded'), code('kept')]),
  restore: z.union([code('restored'), code('exists')]),
  claim: z.union([
    z.tuple([z.literal('claimed'), token, count, count, count]),
    z.tuple([z.literal('held'), count]),
    z.tuple([z.literal('exhausted'), count, failure]),
    z.tuple([z.literal('done'), opened]),
    z.tuple([z.literal('closed'), state, outcome]),
    code('early'),
    code('gone'),
  ]),
  heartbeat: z.union([code('extended'), fenced]),
  release: z.union([code('released'), fenced]),
  'plan-slice': z.union([
    z.tuple([z.literal('planned'), opened]),
    z.tuple([z.literal('mismatch'), count]),
    fenced,
  ]),
  'commit-part': z.union([code('committed'), gap, fenced]),
  'commit-shard': z.union([z.tuple([z.literal('committed'), opened]), gap, fenced]),
  decide: z.union([
    z.tuple([z.literal('deciding'), count]),
    z.tuple([z.literal('already'), state, outcome, count]),
    fenced,
    code('gone'),
  ]),
  settle: z.union([z.tuple([z.literal('settled'), count]), code('refused'), code('gone')]),
  'forget-steps': z.union([code('forgotten'), code('kept')]),
  expire: z.union([code('expired'), code('live'), z.tuple([z.literal('steps'), count])]),
} satisfies Record<ScriptName, z.ZodType>;

export type Reply<Name extends ScriptName> = z.infer<(typeof replies)[Name]>;

const decoders: { readonly [Name in ScriptName]: z.ZodType<Reply<Name>> } = replies;

/** @throws CorruptStoreError when a script answered what its header does not list */
export function decodeReply<Name extends ScriptName>(name: Name, reply: unknown): Reply<Name> {
  const decoded = decoders[name].safeParse(reply);
  if (decoded.success) return decoded.data;
  throw new CorruptStoreError(`the reply of ${name}`, JSON.stringify(reply), { cause: decoded.error });
}

/** `''`, `'finalize'` or `'<first>+<count>'`: a stage of 100,000 shards is told in a few bytes. */
function openedSteps(text: string, context: z.RefinementCtx): readonly StepId[] {
  if (text === '') return [];
  if (text === 'finalize') return ['finalize'];
  const match = /^(\d+)\+(\d+)$/.exec(text);
  if (!match) {
    context.addIssue(`"${text}" names no steps`);
    return z.NEVER;
  }
  const first = Number(match[1]);
  return Array.from({ length: Number(match[2]) }, (_, at) => shardStep(first + at));
}

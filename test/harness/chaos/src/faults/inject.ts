import type { FaultKind } from '../schedule/fault-kind.js';
import type { Fault } from './fault.js';
import {
  busyWorker,
  freezeWorker,
  killApi,
  killQuery,
  killWorker,
  terminateWorker,
} from './process-faults.js';
import { doubleDelivery, doubleFinalize, forgetExport, loseMessages } from './queue-faults.js';
import { cutOffWorker, freezeRedis, killRedis, rewindRedis } from './redis-faults.js';
import {
  s3CutBodies,
  s3CutOff,
  s3Freeze,
  s3Errors,
  s3LostAnswers,
  s3LostRequests,
  s3SlowBodies,
  s3SlowDown,
} from './s3-faults.js';
import { zombieWorker } from './zombie-fault.js';

export const INJECT: Readonly<Record<FaultKind, Fault>> = {
  'kill-worker': killWorker,
  'kill-api': killApi,
  'kill-query': killQuery,
  'freeze-worker': freezeWorker,
  'busy-worker': busyWorker,
  'terminate-worker': terminateWorker,
  'freeze-redis': freezeRedis,
  'kill-redis': killRedis,
  'rewind-redis': rewindRedis,
  'zombie-worker': zombieWorker,
  'cut-off-worker': cutOffWorker,
  'double-delivery': doubleDelivery,
  'double-finalize': doubleFinalize,
  's3-errors': s3Errors,
  's3-slow-down': s3SlowDown,
  's3-lost-requests': s3LostRequests,
  's3-lost-answers': s3LostAnswers,
  's3-slow-bodies': s3SlowBodies,
  's3-freeze': s3Freeze,
  's3-cut-off': s3CutOff,
  's3-cut-bodies': s3CutBodies,
  'lose-messages': loseMessages,
  'forget-export': forgetExport,
};

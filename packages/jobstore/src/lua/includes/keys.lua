-- The keys of the store. Needs Redis 6.2, as all of this folder.
--
-- Names of keys are made from the prefix, the last argument of each script, because they depend on tenants and exports
-- that a script meets on its way. That is safe: the prefix carries a hash tag, so that all of them are in the slot of
-- the declared keys.
--
-- An export is a hash: state, outcome, counters, times, and
--   stages      shards in each stage, '<count>,...'; shardsOpen: shards whose stage is open
--   stepKeys    steps that may have keys, in the order plan, finalize, shard-0, ...
--   progressAt  when it was accepted or put back, was started, or last committed something
--   idempotencyKey, requestDigest  SHA-256 of the idempotency key of its kick-off, and of the request
--   filesWritten, latestSubject  files of all cuts, and the index of the subject whose file was committed last
--   decidedBy, endedAt  who entered deciding, and the terminal time that was taken then
-- Each of its steps is a hash of its own:
--   state   'waiting' | 'running' | 'done'
--   token   number of the latest lease; owner: its nonce; lease: when it ends, in ms
--   attempts  claims since the latest committed cut that were not handed back
--   cuts, offset  the checkpoint
--   skippedLines, firstSkipped, other:<type>, undated, firstUndated  what its cuts came upon: lines passed over, the
--           first of them, resources of other types, and those without a readable date, and the first of them
--   postponements  how often it was postponed since the latest progress; postponedSince, postponedAt  the first time and
--           the latest one
--
-- Steps that wait and steps that workers have are in sorted sets. A key of another type is named as such:
--   :queued        '<export>/<step>' by the time since which it may be dispatched, or from which it may: every step that
--                  waits and that nobody holds
--   :x:<export>:q  steps of an export that may be dispatched: plan, finalize, then shards by index, so that a shard
--                  that comes back is in front
--   :x:<export>:l  steps that failed, by the time from which they may be dispatched; :later exports by the first of it
--   :tenants       tenants by virtual time; :clients:<tenant> its clients by theirs; :o:<owner> exports of a client
--                  by theirs. An owner is a client of a tenant
--   :window        dispatched steps, by the time from which their delivery is doubted: a deadline, then their lease's end
--   :slots:<tenant>   the same of one tenant: what counts for its cap
--   :sent:<owner>  the same of one owner; :held:<owner> what workers have of it; :owners owners that may have
--                  something in the window that no worker has, by the time from which all of that is doubted
--   :asked         steps whose workers were asked to hand them back, by the time from which they may be asked again
--   :active:<tenant>  exports that are not decided, by accepted time: what counts for its other cap
--   :x:<export>:polls, :x:<export>:told  polls that are left to its owner, and after how many ms it was told to poll
--                  again: a hash and a string
--   :mine:<owner>  exports of an owner in whatever state, by accepted time
--   :k:<owner>:<idempotencyKey>  id of the export that was started last with this key: a string
--   :workers       workers by the time until which they are known; hash :worker-slots; string :capacity, slots of all
-- In the hash of an export, shardsQueued is how many shards were put into its set so far, and openedAt says when their
-- stage was opened. In that of a step, round is how often it came back.

local prefix = ARGV[#ARGV]

local function export_key(id) return prefix .. ':x:' .. id end
local function step_key(id, step) return prefix .. ':x:' .. id .. ':s:' .. step end
local function id_of(export) return string.sub(export, #prefix + 4) end
local function step_of(export, step) return string.sub(step, #export + 4) end

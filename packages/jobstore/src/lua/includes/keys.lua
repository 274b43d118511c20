-- The keys of the store. Needs Redis 6.2, as all of this folder.
--
-- Names of keys are made from the prefix, the last argument of each script, because they depend on tenants and exports
-- that a script meets on its way. That is safe: the prefix carries a hash tag, so that all of them are in the slot of
-- the declared keys.
--
-- An export is a hash: state, outcome, counters, times, and
--   stages      the number of shards of each stage, '<count>,...'
--   shardsOpen  shards whose stage is open; shardsQueued: those that were put into its set so far
--   openedAt    when their stage was opened
--   stepKeys    steps that may have keys, in the order plan, finalize, shard-0, ...
--   progressAt  when the export last got on: was accepted, put back or started, or committed something
--   idempotencyKey, requestDigest  SHA-256 of the idempotency key of its kick-off, and of the request
--   left:<pass>, subjects:<pass>   shards of a pass that are not done, and how many subjects it is for
--   subjectsDone                   subjects of the passes that are over
--   filesWritten, latestSubject    files of all cuts, and the index of the subject whose file was committed last
--   decidedBy, endedAt             the process that entered deciding, and the end of the export as it took it then
-- Each of its steps is a hash of its own:
--   state     'waiting' | 'running' | 'done'
--   round     how often it came back
--   token     number of the latest lease; owner: its nonce; lease: when it ends, in ms
--   attempts  claims since the latest committed cut that were not handed back
--   cuts, offset  the checkpoint
--   skippedLines, firstSkipped  lines that its cuts passed over, and the first of them
--   other:<type>                resources of another type that its cuts met
--   undated, firstUndated       resources without a readable date that its cuts met, and the first of them
--   postponements  how often it was postponed since the latest progress
--   postponedSince, postponedAt  the first and the latest of these times
--
-- Sorted sets have the steps that wait and those that workers have. A key of another type is marked.
--   :queued           '<export>/<step>' by the time from which it may be dispatched: steps that wait and have no worker
--   :x:<export>:q     steps of an export that may be dispatched: plan, finalize, then shards by index, so that a shard
--                     that comes back is in front
--   :x:<export>:l     steps that failed, by the time from which they may be dispatched
--   :later            exports by the earliest of these times
--   :tenants          tenants by virtual time
--   :clients:<tenant> clients of a tenant by virtual time
--   :o:<owner>        exports of an owner by virtual time. An owner is a client of a tenant
--   :window           dispatched steps, by the time from which their delivery is in doubt: first a deadline, then the
--                     end of their lease
--   :slots:<tenant>   the same of one tenant: its cap of running steps counts them
--   :sent:<owner>     the same of one owner
--   :held:<owner>     the steps of an owner that workers have
--   :counted          owners with steps in the window, by the time at which the first of these ends, or an earlier one
--   :waiting          those of them with a step that no worker has, by the number of steps that workers have
--   :asked            steps whose workers were asked to hand them back, by the time from which they may be asked again
--   :active:<tenant>  exports that are not decided, by accepted time: the cap of exports of the tenant counts them
--   :x:<export>:downloads, :x:<export>:awaited  downloads of its files, by the time until which they count, and when it was
--                  first asked whether there are any: a sorted set and a string
--   :mine:<owner>     exports of an owner in any state, by accepted time
--   :preparing        exports that are preparing, by accepted time
--   :totals           hash: exports that were started, and that have ended by outcome
--   :workers          workers by the time until which they are known
--   :x:<export>:left  string: polls that its owner has left, and since when
--   :x:<export>:told  string: ms after which its owner was told to poll again
--   :k:<owner>:<idempotencyKey>  string: id of the export that was started last with this key
--   :keys-known       string: run of the Redis server in which all exports of the object store were put back
--   :worker-slots     hash: slots of each worker
--   :capacity         string: slots of all workers

local prefix = ARGV[#ARGV]

local function export_key(id) return prefix .. ':x:' .. id end
local function step_key(id, step) return prefix .. ':x:' .. id .. ':s:' .. step end
local function id_of(export) return string.sub(export, #prefix + 4) end
local function step_of(export, step) return string.sub(step, #export + 4) end

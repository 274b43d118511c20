-- Purpose: stops all work on an export, also what waits, and takes its terminal time, once. Which outcome wins is
--          decided by the first manifest.json in the object store.
-- Arrow:   accepted | in-progress -> deciding(outcome)
-- KEYS:    1 export, 2 step whose lease the caller presents, or the export again
-- ARGV:    1 outcome, 2 nonce of the caller, 3 token of its lease, or '' without one, 4 failure as JSON, or '',
--          5 ms: an export that has made progress after that time is not decided; or '', 6 prefix
-- Returns: {'deciding', <terminal time, ms>}  again for a repeat
--          {'already', <state>, <outcome>, <terminal time, ms>}
--          {'fenced'}
--          {'gone'}  no such export, or it is preparing
--- @include "held"
--- @include "retire"
local state, outcome, by, at, progress =
  unpack(redis.call('HMGET', KEYS[1], 'state', 'outcome', 'decidedBy', 'endedAt', 'progressAt'))
if not state or state == 'preparing' then return { 'gone' } end
if state ~= 'accepted' and state ~= 'in-progress' then
  if state == 'deciding' and outcome == ARGV[1] and by == ARGV[2] then return { 'deciding', at } end
  return { 'already', state, outcome, at }
end
if ARGV[5] ~= '' and progress and tonumber(progress) > tonumber(ARGV[5]) then return { 'fenced' } end
if ARGV[3] ~= '' then
  local step = held(KEYS[1], KEYS[2], ARGV[3], ARGV[2])
  if not step or step.state ~= 'running' then return { 'fenced' } end
end

at = text(now_ms())
redis.call('HSET', KEYS[1], 'state', 'deciding', 'outcome', ARGV[1], 'decidedBy', ARGV[2], 'endedAt', at)
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'failure', ARGV[4]) end
retire(id_of(KEYS[1]), redis.call('HGET', KEYS[1], 'tenant'))
-- A worker that has a step of it looks at its lease at once, and not only at its next heartbeat.
redis.call('PUBLISH', prefix .. ':decided', id_of(KEYS[1]))
return { 'deciding', at }

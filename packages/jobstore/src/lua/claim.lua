-- Purpose: takes a step. One owner at a time; each claim gets a higher token, also over a failover:
--          max(previous + 1, time in ms).
-- Arrow:   accepted -> in-progress, when the step is plan; else none
-- KEYS:    1 export, 2 step
-- ARGV:    1 nonce, 2 worker, 3 lease in ms, 4 most attempts, 5 'plan' | 'finalize' | index of the shard
-- Returns: {'claimed', <token>, <cuts>, <offset>, <attempt>}  again the same for a repeat under a live lease
--          {'held', <ms until the other owner's lease ends>}
--          {'exhausted', <attempts>, <failure as JSON, or ''>}
--          {'done', <opened>}
--          {'closed', <state>, <outcome>}
--          {'early'}  its stage is not open, or the export is preparing
--          {'gone'}   no such export, or no such step in its plan
local state, outcome, open, total = unpack(redis.call('HMGET', KEYS[1], 'state', 'outcome', 'shardsOpen', 'shardsTotal'))
if not state then return { 'gone' } end
if state == 'preparing' then return { 'early' } end
if state ~= 'accepted' and state ~= 'in-progress' then return { 'closed', state, outcome } end

local shard = tonumber(ARGV[5])
if shard then
  if total and shard >= tonumber(total) then return { 'gone' } end
  if shard >= tonumber(open) then return { 'early' } end
end
local step, token, owner, lease, attempts, cuts, offset, failure, opened = unpack(redis.call('HMGET', KEYS[2],
  'state', 'token', 'owner', 'lease', 'attempts', 'cuts', 'offset', 'failure', 'opened'))
if not step then return { ARGV[5] == 'finalize' and 'early' or 'gone' } end
if step == 'done' then return { 'done', opened or '' } end

local now = now_ms()
local ends = text(now + tonumber(ARGV[3]))
if step == 'running' and tonumber(lease) > now then
  if owner ~= ARGV[1] then return { 'held', text(tonumber(lease) - now) } end
  redis.call('HSET', KEYS[2], 'lease', ends)
  return { 'claimed', token, cuts, offset, text(math.max(1, tonumber(attempts))) }
end
if tonumber(attempts) >= tonumber(ARGV[4]) then return { 'exhausted', attempts, failure or '' } end

token = text(math.max(tonumber(token or '0') + 1, now))
attempts = text(tonumber(attempts) + 1)
redis.call('HSET', KEYS[2], 'state', 'running', 'token', token, 'owner', ARGV[1], 'worker', ARGV[2],
  'lease', ends, 'attempts', attempts)
if state == 'accepted' then redis.call('HSET', KEYS[1], 'state', 'in-progress', 'startedAt', text(now)) end
return { 'claimed', token, cuts, offset, attempts }

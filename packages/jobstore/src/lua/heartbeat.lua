-- Purpose: extends a lease from now on. A lease that has run out may still be extended while nobody took the step back.
--          Asks for a shard that has had its turn while another client waits that holds less.
-- Arrow:   none
-- KEYS:    1 export, 2 step
-- ARGV:    1 token, 2 nonce, 3 lease in ms, 4 ms of a turn, 5 prefix
-- Returns: {'extended'}
--          {'wanted'}  extended, and to be handed back at the next cut
--          {'fenced'}
-- How long another client waits before somebody is asked, and how long who was asked may take, in ms.
--- @include "held"
--- @include "hold"
--- @include "rivals"
local PATIENCE, ASKED = 2000, 15000
local step = held(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
if not step or step.state ~= 'running' then return { 'fenced' } end
local now, turn, id, name = now_ms(), tonumber(ARGV[4]), id_of(KEYS[1]), step_of(KEYS[1], KEYS[2])
local ends, owner, member = text(now + tonumber(ARGV[3])), owner_of(id), id .. '/' .. name
redis.call('HSET', KEYS[2], 'lease', ends)
hold(id, name, step.tenant, ends)

-- The token is the time of the claim, or later.
if string.sub(name, 1, 6) ~= 'shard-' or now - tonumber(ARGV[1]) < turn then return { 'extended' } end
redis.call('ZREMRANGEBYSCORE', asked, '-inf', text(now))
if redis.call('ZSCORE', asked, member) then return { 'wanted' } end
local answered = redis.call('ZCARD', asked)
if rivals(owner, now, math.min(turn, PATIENCE), answered + 1) <= answered then return { 'extended' } end
redis.call('ZADD', asked, text(now + ASKED), member)
return { 'wanted' }

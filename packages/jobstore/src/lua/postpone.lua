-- Purpose: gives a step back that cannot go on because something it needs is away, unless that has lasted for too long.
--          It costs no attempt. Each time since the latest progress the step waits twice as long as the time before,
--          up to a limit.
-- Arrow:   none
-- KEYS:    1 export, 2 step
-- ARGV:    1 token, 2 nonce, 3 first wait, ms, 4 longest wait, ms, 5 ms after which it has lasted too long, 6 prefix
-- Returns: {'postponed', <ms until it may be dispatched>}  again for a repeat
--          {'spent', <ms since it was postponed first>}    nothing was changed
--          {'fenced'}
--- @include "held"
--- @include "put-off"
local step = held(KEYS[1], KEYS[2], ARGV[1], ARGV[2])
if not step then return { 'fenced' } end
local attempts, since, latest, times =
  unpack(redis.call('HMGET', KEYS[2], 'attempts', 'postponedSince', 'postponedAt', 'postponements'))
local id, name, now, patience = id_of(KEYS[1]), step_of(KEYS[1], KEYS[2]), now_ms(), tonumber(ARGV[5])
if step.state == 'waiting' then
  local due = redis.call('ZSCORE', failed_key(id), name)
  return { 'postponed', text(math.max(0, tonumber(due or '0') - now)) }
end
if step.state ~= 'running' then return { 'fenced' } end

-- An attempt that went on for this long was not stopped by the same cause.
if not since or now - tonumber(latest) > patience then
  since, times = text(now), '0'
end
if now - tonumber(since) > patience then return { 'spent', text(now - tonumber(since)) } end

local wait = math.min(tonumber(ARGV[4]), tonumber(ARGV[3]) * 2 ^ math.min(tonumber(times), 30))
redis.call('HSET', KEYS[2], 'state', 'waiting', 'lease', '0', 'attempts', text(math.max(0, tonumber(attempts) - 1)),
  'postponedSince', since, 'postponedAt', text(now), 'postponements', text(tonumber(times) + 1))
put_off(id, name, step.tenant, now + wait)
return { 'postponed', text(wait) }

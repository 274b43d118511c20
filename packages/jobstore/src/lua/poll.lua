-- Purpose: reads an export for a poll, and counts it if it is of the owner and the export is not over. A poll takes one of
--          the polls that are left; each comes back after a share of the time after which the owner was told to poll again.
-- Arrow:   none
-- KEYS:    1 export, 2 polls that are left and since when (ms), 3 ms after which its owner was told to poll again
-- ARGV:    1 tenant, 2 client, 3 most polls that are left, 4 how many of them come back in the time that was told,
--          5 time that counts as told when it is not known, ms, 6 most ms until one comes back, 7 prefix
-- Returns: {'polled', <ms that were told, or ''>, <'counted', or 'often' when none is left: nothing has changed>,
--            <fields, as an array of names and values>}
--          {'gone'}  there is no such export
--- @include "numbers"
local fields = redis.call('HGETALL', KEYS[1])
if #fields == 0 then return { 'gone' } end
local tenant, client, state = unpack(redis.call('HMGET', KEYS[1], 'tenant', 'client', 'state'))
local is_running = state == 'accepted' or state == 'in-progress' or state == 'deciding'
if not is_running or tenant ~= ARGV[1] or client ~= ARGV[2] then return { 'polled', '', 'counted', fields } end

local now, most = now_ms(), tonumber(ARGV[3])
local told = redis.call('GET', KEYS[3])
local each = math.min(tonumber(told or ARGV[5]) / tonumber(ARGV[4]), tonumber(ARGV[6]))
local left, since = string.match(redis.call('GET', KEYS[2]) or '', '^(%S+) (%S+)$')
left = math.min(most, tonumber(left or most) + math.max(0, now - tonumber(since or now)) / each)
if left < 1 then return { 'polled', told or '', 'often', fields } end

-- A Redis that takes no writes counts nothing, and still answers polls.
local kept = string.format('%.3f %s', left - 1, text(now))
redis.pcall('SET', KEYS[2], kept, 'PX', math.ceil(most * tonumber(ARGV[6])))
return { 'polled', told or '', 'counted', fields }

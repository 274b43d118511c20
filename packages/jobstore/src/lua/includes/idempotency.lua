--- @include "numbers"
--- @include "owners"

local function holder_key(owner, key) return prefix .. ':k:' .. owner .. ':' .. key end

-- The run of the Redis server: another one after each of its starts, and on the server that takes its place. A server that
-- does not tell has one run: only a loss of everything is noticed then.
local function server_run()
  local told = redis.pcall('INFO', 'server')
  return type(told) == 'string' and string.match(told, 'run_id:(%w+)') or 'unknown'
end

local function known_keys() return prefix .. ':keys-known' end

-- Whether a key that nobody holds is free. Redis may have lost exports when its run is another one than that in which somebody
-- has last put back all of them.
local function knows_all_keys()
  return redis.call('GET', known_keys()) == server_run()
end

-- The answer that names the export which holds an idempotency key; nil when the key is free: nobody used it, or the export
-- is gone, cancelled or has expired.
local function holder_of(tenant, client, key)
  local id = redis.call('GET', holder_key(owner_named(tenant, client), key))
  if not id then return nil end
  local state, request, at, expires = unpack(redis.call('HMGET', export_key(id),
    'state', 'requestDigest', 'acceptedAt', 'expiresAt'))
  if not state or state == 'cancelled' then return nil end
  local now = now_ms()
  if expires and tonumber(expires) <= now then return nil end
  return { 'held', id, request or '', state, text(math.max(0, now - tonumber(at))) }
end

local function hold_key(id, tenant, client, key, request)
  redis.call('HSET', export_key(id), 'idempotencyKey', key, 'requestDigest', request)
  redis.call('SET', holder_key(owner_named(tenant, client), key), id)
end

-- Frees the key of an export that goes, unless another export has it by now.
local function free_key(id)
  local tenant, client, key = unpack(redis.call('HMGET', export_key(id), 'tenant', 'client', 'idempotencyKey'))
  if not key then return end
  local name = holder_key(owner_named(tenant, client), key)
  if redis.call('GET', name) == id then redis.call('UNLINK', name) end
end

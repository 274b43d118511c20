--- @include "owners"

-- The step and its export, as far as scripts need them, when this lease is the latest one of the step and the export
-- still accepts work; else nil. A shard has no lease before its stage is open, nor has finalize before all shards are
-- done: an export that was put back may find steps of its life before.
local function held(export, step, token, nonce)
  local state, open, done, total, tenant, client = unpack(redis.call('HMGET', export,
    'state', 'shardsOpen', 'shardsDone', 'shardsTotal', 'tenant', 'client'))
  if state ~= 'in-progress' then return nil end
  local shard = string.match(step, ':s:shard%-(%d+)$')
  if shard and tonumber(shard) >= tonumber(open) then return nil end
  if string.sub(step, -11) == ':s:finalize' and done ~= total then return nil end
  local its = redis.call('HMGET', step,
    'token', 'owner', 'state', 'cuts', 'offset', 'cutFrom', 'cutBy', 'failure', 'postponements')
  if its[1] ~= token or its[2] ~= nonce then return nil end
  remember_owner(export, tenant, client)
  return {
    state = its[3], cuts = its[4], offset = its[5], from = its[6], by = its[7], tenant = tenant, open = open,
    -- Whether something went wrong since the latest progress.
    faulty = its[8] or its[9],
  }
end

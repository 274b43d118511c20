-- The set of a tenant's exports that are not decided.
--- @include "keys"

local function active_key(tenant) return prefix .. ':active:' .. tenant end

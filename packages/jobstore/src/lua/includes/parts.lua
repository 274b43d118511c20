-- The list of what the cuts of a step have written.
--- @include "keys"

local function parts_key(id, step) return prefix .. ':x:' .. id .. ':p:' .. step end

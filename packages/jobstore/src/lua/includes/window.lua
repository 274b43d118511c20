--- @include "owners"

local window, queued, asked = prefix .. ':window', prefix .. ':queued', prefix .. ':asked'

local function sent_key(owner) return prefix .. ':sent:' .. owner end
local function held_key(owner) return prefix .. ':held:' .. owner end
local function slots_key(tenant) return prefix .. ':slots:' .. tenant end

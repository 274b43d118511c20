-- The export and the step of '<export>/<step>'.
local function parts_of(member)
  return string.match(member, '^(.*)/([^/]+)$')
end

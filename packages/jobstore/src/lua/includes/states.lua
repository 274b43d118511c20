-- Whether there may be work on an export in this state.
local function accepts_work(state) return state == 'accepted' or state == 'in-progress' end

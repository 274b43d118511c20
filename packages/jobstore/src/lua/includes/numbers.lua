-- Numbers and times. Numbers are written with %.0f: tostring() loses digits above 14.
local function text(number)
  return string.format('%.0f', number)
end

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

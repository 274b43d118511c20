--- @include "numbers"

-- A cut is in the same arguments of all scripts that commit one: 3 its number, 4 offset it starts from, 5 offset it ends
-- at, 6 parts as a JSON array, 7 stored bytes read, 8 rows written, 9 bytes written, 10 lines skipped,
-- 11 offset of the first of them, or '', 12 resources of other types as '<type>=<count> ...', 13 resources without a
-- readable date, 14 offset of the first of them, or '', 15 files, 16 index of the subject of the last of them, or ''; 1 is
-- the token.

-- How the cut stands to what a held step has stored: it is the 'next' one, or the last one, 'repeated' by its lease;
-- else there is a 'gap'.
local function place_of_cut(step)
  if ARGV[3] == step.cuts and ARGV[4] == step.offset then return 'next' end
  local is_last = tonumber(ARGV[3]) + 1 == tonumber(step.cuts) and ARGV[4] == step.from and ARGV[5] == step.offset
  return is_last and step.by == ARGV[1] and 'repeated' or 'gap'
end

-- The answer of a commit to a cut that was recorded before: the rows, bytes and files that the export has written by now.
local function committed(export)
  local rows, bytes, files = unpack(redis.call('HMGET', export, 'rowsWritten', 'bytesWritten', 'filesWritten'))
  return { 'committed', rows or '0', bytes or '0', files or '0' }
end

-- Records the cut of a held step, with other fields that the step gets by it. Returns what a commit answers.
local function record_cut(export, step, parts, was, ...)
  local is_progress = tonumber(ARGV[5]) > tonumber(ARGV[4])
  local fields = { 'cuts', text(tonumber(ARGV[3]) + 1), 'offset', ARGV[5], 'cutFrom', ARGV[4], 'cutBy', ARGV[1], ... }
  if is_progress then fields[#fields + 1], fields[#fields + 2] = 'attempts', '0' end
  redis.call('HSET', step, unpack(fields))
  if is_progress and was.faulty then
    redis.call('HDEL', step, 'failure', 'postponedSince', 'postponedAt', 'postponements')
  end
  redis.call('RPUSH', parts, ARGV[6])
  local sums = redis.call('HMGET', export, 'bytesRead', 'rowsWritten', 'bytesWritten', 'filesWritten')
  for at, by in ipairs({ 7, 8, 9, 15 }) do sums[at] = text(tonumber(sums[at] or '0') + tonumber(ARGV[by])) end
  local counts = { 'progressAt', text(now_ms()),
    'bytesRead', sums[1], 'rowsWritten', sums[2], 'bytesWritten', sums[3], 'filesWritten', sums[4] }
  if ARGV[16] ~= '' then counts[#counts + 1], counts[#counts + 2] = 'latestSubject', ARGV[16] end
  redis.call('HSET', export, unpack(counts))
  if ARGV[10] ~= '0' then
    redis.call('HINCRBY', export, 'skippedLines', ARGV[10])
    redis.call('HINCRBY', step, 'skippedLines', ARGV[10])
  end
  if ARGV[11] ~= '' and not redis.call('HGET', step, 'firstSkipped') then
    redis.call('HSET', step, 'firstSkipped', ARGV[11])
  end
  for type, count in string.gmatch(ARGV[12], '(%a*)=(%d+)') do
    redis.call('HINCRBY', step, 'other:' .. type, count)
  end
  if ARGV[13] ~= '0' then redis.call('HINCRBY', step, 'undated', ARGV[13]) end
  if ARGV[14] ~= '' and not redis.call('HGET', step, 'firstUndated') then
    redis.call('HSET', step, 'firstUndated', ARGV[14])
  end
  return { 'committed', sums[2], sums[3], sums[4] }
end

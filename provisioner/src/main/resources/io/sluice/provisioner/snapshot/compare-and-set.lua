-- Replaces the snapshot under KEYS[1] by ARGV[1], unless that would go back: to an earlier term, or
-- to an earlier place in any partition of the same journal. Answers 1 if it was replaced, else 0.
-- Only the head of the texts is read, since a snapshot can be large. Text that is no snapshot, or
-- one of another journal (the topic was made anew), is replaced.
local function head(text)
  local journal, epoch, offsets =
    string.match(text, '^{"journal":"([^"]*)","epoch":(%d+),"offsets":({[^}]*})')
  if not journal then
    return nil
  end
  return { journal = journal, epoch = tonumber(epoch), offsets = cjson.decode(offsets) }
end

local kept = redis.call('GET', KEYS[1])
local before = kept and head(kept)
local after = head(ARGV[1])
if before and before.journal == after.journal then
  if after.epoch < before.epoch then
    return 0
  end
  for partition, offset in pairs(before.offsets) do
    local next = after.offsets[partition]
    if not next or next < offset then
      return 0
    end
  end
end
redis.call('SET', KEYS[1], ARGV[1])
return 1

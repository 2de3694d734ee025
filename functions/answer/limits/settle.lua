-- Adds tokens to a reservation, unless a quota refuses them, or takes them back. A limit of 0 is none.
-- KEYS: the hash of the client, the hash of all clients. ARGV: the day of the reservation, tokens to add (or, if
-- negative, to take back), tokens of the client a day, tokens of all clients a day.
-- Returns: the exceeded quota or "", tokens of the client that day.
local day, tokens = ARGV[1], tonumber(ARGV[2])
local quotas, spent = {'client_tokens', 'total_tokens'}, {}
for n, key in ipairs(KEYS) do
  local kept = redis.call('HMGET', key, 'day', 'tokens')
  spent[n] = kept[1] == day and tonumber(kept[2])
end

for n, quota in ipairs(quotas) do
  local limit = tonumber(ARGV[n + 2])
  if tokens > 0 and limit > 0 and (spent[n] or 0) + tokens > limit then
    return {quota, spent[1] or 0}
  end
end
for n, key in ipairs(KEYS) do
  if spent[n] then
    spent[n] = redis.call('HINCRBY', key, 'tokens', tokens)
  end
end
return {'', spent[1] or 0}

-- Admits or refuses one request, and counts it if it is admitted. Times are in milliseconds; a limit of 0 is none.
-- KEYS: the hash of the client, the hash of all clients. ARGV: now (or "" for the server's clock), tokens to reserve,
-- requests a minute, tokens of the client a day, tokens of all clients a day.
-- Returns: the exceeded quota or "", now, due (the theoretical arrival time of GCRA), tokens of the client today.
local now, tokens = tonumber(ARGV[1]), tonumber(ARGV[2])
local requests, client_limit, total_limit = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if not now then
  local clock = redis.call('TIME')
  now = clock[1] * 1000 + clock[2] / 1000
end
local day = math.floor(now / 86400000)

local function spent(key)
  local kept = redis.call('HMGET', key, 'day', 'tokens')
  return tonumber(kept[1]) == day and tonumber(kept[2]) or 0
end

local function spend(key, already)
  redis.call('HSET', key, 'day', day, 'tokens', already + tokens)
  redis.call('EXPIRE', key, 172800)
end

local due = tonumber(redis.call('HGET', KEYS[1], 'due') or 0)
if due > now + 60000.001 then -- the clock was set back
  due = now + 60000
  redis.call('HSET', KEYS[1], 'due', string.format('%.3f', due))
end
local client_spent, total_spent = spent(KEYS[1]), spent(KEYS[2])
local next_due = requests > 0 and math.max(due, now) + 60000 / requests or due

local refused = ''
if requests > 0 and next_due > now + 60000.001 then
  refused = 'requests'
elseif tokens > 0 and client_limit > 0 and client_spent + tokens > client_limit then
  refused = 'client_tokens'
elseif tokens > 0 and total_limit > 0 and total_spent + tokens > total_limit then
  refused = 'total_tokens'
else
  due = next_due
  redis.call('HSET', KEYS[1], 'due', string.format('%.3f', due))
  spend(KEYS[1], client_spent)
  spend(KEYS[2], total_spent)
  client_spent = client_spent + tokens
end
return {refused, string.format('%.3f', now), string.format('%.3f', due), client_spent}

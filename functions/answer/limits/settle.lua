-- KEYS: hash of the client, hash of all. ARGV: the day of the reservation, tokens to add (or take back).
for _, key in ipairs(KEYS) do
  if redis.call('HGET', key, 'day') == ARGV[1] then
    redis.call('HINCRBY', key, 'tokens', ARGV[2])
  end
end

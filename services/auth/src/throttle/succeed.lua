-- Takes back a try that was no guess. Who succeeds from an address that the account knows clears the budget of the
-- two, and nobody else's; from any other address only the one try is taken back.
-- KEYS: the budget; and for an account, the mark that it knows the address, and the budget of the two.
-- ARGV: seconds that the mark stays.
if KEYS[2] then
  local known = redis.call('EXISTS', KEYS[2]) == 1
  redis.call('SET', KEYS[2], '1', 'EX', ARGV[1])
  if known then return {redis.call('DEL', KEYS[3])} end
end
local count = tonumber(redis.call('HGET', KEYS[1], 'count') or 0)
if count > 0 then
  redis.call('HSET', KEYS[1], 'count', string.format('%.6f', math.max(0, count - 1)), 'closed_until', '0')
end
return {1}

-- Counts a try before it is made, so that tries at the same time do not pass for one.
-- KEYS: the budget; and where there is a second one, the mark that the account knows the address, and the budget
-- that then takes the first one's place.
-- ARGV: free tries; milliseconds in which one is forgotten; the first delay and the longest one, in milliseconds.
-- Returns the milliseconds to wait; 0 when the try may be made.
local budget = KEYS[1]
if KEYS[2] and redis.call('EXISTS', KEYS[2]) == 1 then budget = KEYS[3] end
local free, forget, first, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

-- Redis tells the time, so that several processes count on one clock.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local state = redis.call('HMGET', budget, 'count', 'at', 'closed_until')
local count, at = tonumber(state[1] or 0), tonumber(state[2] or now)
local closed_until = tonumber(state[3] or 0)
if now < closed_until then return {closed_until - now} end

count = math.max(0, count - math.max(0, now - at) / forget) + 1
local delay = 0
if count > free then
  -- Beyond 2^30 every delay is the longest one.
  delay = math.min(first * 2 ^ math.min(math.ceil(count - free) - 1, 30), longest)
end
redis.call('HSET', budget, 'count', string.format('%.6f', count), 'at', string.format('%.0f', now),
  'closed_until', string.format('%.0f', now + delay))
redis.call('PEXPIRE', budget, math.ceil(math.max(count * forget, delay)))
return {0}

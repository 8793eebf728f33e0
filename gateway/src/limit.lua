-- One round trip: is the session alive, and may its user make one more request?
-- KEYS: the session's mirror, the user's recent requests. ARGV: requests per window, window in microseconds.
-- Returns {session (0 unknown, 1 active, 2 revoked), allowed (0 or 1), remaining, seconds until a place is free}.
local mirror = redis.call('GET', KEYS[1])
if mirror == 'revoked' then return {2, 0, 0, 0} end
local session = 0
if mirror == 'active' then session = 1 end

-- Redis tells the time, so that several edges count on one clock.
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local newest = tonumber(redis.call('LINDEX', KEYS[2], -1) or 0)
-- A clock set back must not break the order.
if now < newest then now = newest end

local oldest = tonumber(redis.call('LINDEX', KEYS[2], 0))
while oldest and oldest <= now - window do
  redis.call('LPOP', KEYS[2])
  oldest = tonumber(redis.call('LINDEX', KEYS[2], 0))
end

local count = redis.call('LLEN', KEYS[2])
local allowed = 0
if count < limit then
  redis.call('RPUSH', KEYS[2], string.format('%.0f', now))
  redis.call('PEXPIRE', KEYS[2], math.ceil(window / 1000))
  allowed, count, oldest = 1, count + 1, oldest or now
else
  -- After the limit was lowered, more than one request has to leave the window.
  oldest = tonumber(redis.call('LINDEX', KEYS[2], count - limit))
end
return {session, allowed, math.max(limit - count, 0), math.ceil((oldest + window - now) / 1000000)}

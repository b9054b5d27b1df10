-- Renew the reservations of a living process.
--
-- KEYS  alive (attempt: when it is dead)
-- ARGV  time to live in microseconds; attempts
-- Returns how many it still holds

local time = redis.call('TIME')
local until_us = string.format('%.0f', time[1] * 1000000 + time[2] + ARGV[1])
local held = 0
for i = 2, #ARGV do
  if redis.call('ZSCORE', KEYS[1], ARGV[i]) then
    redis.call('ZADD', KEYS[1], until_us, ARGV[i])
    held = held + 1
  end
end
return held

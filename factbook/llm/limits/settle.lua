-- Replace the bound by the cost. The same as `MemoryLedger.settle`.
--
-- KEYS  as for reserve.lua
-- ARGV  attempt; cost; time to keep all of it in milliseconds
-- Returns 1, or 0 when the attempt holds no reservation (any more)

local account, bounds, alive = KEYS[1], KEYS[2], KEYS[3]
local attempt = ARGV[1]
local bound = redis.call('HGET', bounds, attempt)
if not bound then return 0 end
redis.call('HDEL', bounds, attempt)
redis.call('ZREM', alive, attempt)
redis.call('HINCRBY', account, 'spent', ARGV[2])
redis.call('HINCRBY', account, 'reserved', '-' .. bound)
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[3]) end
return 1

-- Does an upper bound fit into the budget? The same as `MemoryLedger.reserve`.
--
-- KEYS  account (spent, reserved), bounds (attempt: bound), alive (attempt: when it is dead)
-- ARGV  attempt ('' only reads the state of the budget); bound; cap (-1: none);
--       spending by the journal (-1: sent before); time to live of a reservation in
--       microseconds; time to keep all of it in milliseconds
-- Returns {'held' | 'wait' | 'spent' | 'lost', spent, reserved}

local account, bounds, alive = KEYS[1], KEYS[2], KEYS[3]
local attempt, bound, cap = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local journal, live_us, keep_ms = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if journal < 0 and redis.call('EXISTS', account) == 0 then return {'lost', 0, 0} end

local function get(field) return tonumber(redis.call('HGET', account, field) or 0) end
local spent, reserved = get('spent'), get('reserved')

-- The journal counts calls in flight at their bounds, as reserved ones count here.
if journal >= 0 then spent = math.max(spent, journal - reserved) end

-- Calls of dead processes count at their bounds, as nobody knows their result.
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', alive, '-inf', now)) do
  local lost = tonumber(redis.call('HGET', bounds, dead) or 0)
  spent, reserved = spent + lost, reserved - lost
  redis.call('HDEL', bounds, dead)
  redis.call('ZREM', alive, dead)
end

local verdict = 'spent'
if attempt == '' then
  verdict = 'wait'
elseif redis.call('HEXISTS', bounds, attempt) == 1 then
  verdict = 'held'
elseif cap < 0 or spent + reserved + bound <= cap then
  redis.call('HSET', bounds, attempt, ARGV[2])
  redis.call('ZADD', alive, now + live_us, attempt)
  reserved = reserved + bound
  verdict = 'held'
elseif reserved > 0 and spent + bound <= cap then
  verdict = 'wait'
end
redis.call('HSET', account, 'spent', string.format('%.0f', spent),
  'reserved', string.format('%.0f', reserved))
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, keep_ms) end
return {verdict, spent, reserved}

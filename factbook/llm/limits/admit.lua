-- May an attempt be sent now? The same rules as `MemoryAdmission.admit`.
--
-- KEYS  state, window (permit: moment), tokens (permit: tokens), flight (permit: when it is dead)
-- ARGV  rules as JSON; permit; tokens; when the asking run joined and since when it waits for this
--       permit, by this clock (0: now)
-- Returns {'permit', number, now, 0} | {'wait', microseconds, now, 0}
--       | {'unavailable', microseconds, now, 1 when the provider itself said so}

local state, window, tokens_of, flight = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local rules = cjson.decode(ARGV[1])
local permit, tokens = ARGV[2], tonumber(ARGV[3])
local joined, since = tonumber(ARGV[4]), tonumber(ARGV[5])

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if joined == 0 then joined = now end
if since == 0 then since = now end

local function get(field) return tonumber(redis.call('HGET', state, field) or 0) end
local function set(field, value) redis.call('HSET', state, field, string.format('%.0f', value)) end
local function wait_until(moment) return {'wait', moment - now, now, 0} end

-- A connection that broke before the answer came asks again: the permit is given once.
if redis.call('ZSCORE', flight, permit) then
  return {'permit', tonumber(redis.call('HGET', state, 'number:' .. permit)), now, 0}
end

-- Remove what has left the window, and what dead processes held.
local used = get('window_tokens')
local gone = redis.call('ZRANGEBYSCORE', window, '-inf', now - rules.window_us)
for _, old in ipairs(gone) do
  used = used - tonumber(redis.call('HGET', tokens_of, old) or 0)
  redis.call('HDEL', tokens_of, old)
  redis.call('ZREM', window, old)
end
if #gone > 0 then set('window_tokens', used) end
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', flight, '-inf', now)) do
  redis.call('ZREM', flight, dead)
  redis.call('HDEL', state, 'number:' .. dead)
end

-- Unavailable. A run that joins later gives the provider its own full patience.
local opened_at, paused_until = get('opened_at'), get('paused_until')
local patience_ends = math.max(opened_at, joined) + rules.patience_us
-- When patience ends, a last probe decides; it has the time between two probes.
if opened_at > 0 and (get('failed_probe_at') >= patience_ends
    or now >= patience_ends + rules.probe_us) then
  return {'unavailable', now - opened_at, now, 0}
end
local paused_since = math.max(get('paused_since'), joined)
if paused_until > now and paused_until - paused_since > rules.patience_us then
  return {'unavailable', paused_until - now, now, 1}
end

-- Not yet: a pause, the breaker, the pace.
local pace_at, tokens_pace_at = get('pace_at'), get('tokens_pace_at')
local due = math.max(get('resume_at'), pace_at - rules.ahead_us,
  tokens_pace_at - rules.tokens_ahead_us)
if opened_at > 0 then
  local probe_at = get('probe_at')
  if get('probed_at') < patience_ends then probe_at = math.min(probe_at, patience_ends) end
  due = math.max(due, probe_at)
end
if due > now then return wait_until(due) end

-- Not yet: calls in flight. Their end is not known, so the asking process tries again soon.
local allowed = math.min(tonumber(redis.call('HGET', state, 'allowed') or rules.max_in_flight),
  rules.max_in_flight)
if redis.call('ZCARD', flight) >= allowed then return wait_until(now + rules.poll_us) end

-- Not yet: the window. A call that has waited for its tokens for a whole window goes first, so
-- that small calls of other processes do not keep a big one waiting for ever.
local first = redis.call('HGET', state, 'first')
local is_first_there = first and first ~= permit and get('first_until') > now
local does_not_fit = used > 0 and used + tokens > rules.tokens
if does_not_fit and not is_first_there and now - since >= rules.window_us then
  redis.call('HSET', state, 'first', permit)
  set('first_until', now + 2 * rules.longest_poll_us)
end
if is_first_there then return wait_until(now + rules.poll_us) end
if does_not_fit or redis.call('ZCARD', window) >= rules.requests then
  local oldest = redis.call('ZRANGE', window, 0, 0, 'WITHSCORES')
  return wait_until(tonumber(oldest[2]) + rules.window_us)
end

-- Now.
local number = redis.call('HINCRBY', state, 'next_number', 1)
redis.call('HSET', state, 'number:' .. permit, number)
redis.call('ZADD', window, now, permit)
redis.call('HSET', tokens_of, permit, tokens)
redis.call('ZADD', flight, now + rules.permit_us, permit)
set('window_tokens', used + tokens)
set('pace_at', math.max(pace_at, now) + rules.pace_us)
set('tokens_pace_at', math.max(tokens_pace_at, now)
  + math.min(math.ceil(tokens * rules.minute_us / rules.tokens), rules.window_us))
if opened_at > 0 then
  set('probed_at', now)
  set('probe_at', now + rules.probe_us)
end
if first == permit then redis.call('HDEL', state, 'first', 'first_until') end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, rules.keep_ms) end
return {'permit', number, now, 0}

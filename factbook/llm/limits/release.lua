-- A permit comes back, with the result of its attempt. The same as `MemoryAdmission.release`.
--
-- KEYS  as for admit.lua
-- ARGV  rules as JSON; permit; number; when it was given; kind; tokens (-1: not known);
--       the pause that it asks for: what the provider says (0: nothing), with jitter, and until
--       the next probe, in microseconds
-- Returns 1, or 0 when the permit was released before or taken for dead

local state, window, tokens_of, flight = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local rules = cjson.decode(ARGV[1])
local permit, number, sent_at, kind = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local tokens = tonumber(ARGV[6])
local asked_us, resume_us, probe_us = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local function get(field) return tonumber(redis.call('HGET', state, field) or 0) end
local function set(field, value) redis.call('HSET', state, field, string.format('%.0f', value)) end
local function pace_us(amount)
  return math.min(math.ceil(amount * rules.minute_us / rules.tokens), rules.window_us)
end

if redis.call('ZREM', flight, permit) == 0 then return 0 end
redis.call('HDEL', state, 'number:' .. permit)

-- Replace the estimate by the tokens used, while the attempt is in the window.
local estimate = tonumber(redis.call('HGET', tokens_of, permit) or -1)
if tokens >= 0 and estimate >= 0 then
  redis.call('HSET', tokens_of, permit, tokens)
  set('window_tokens', get('window_tokens') + tokens - estimate)
  set('tokens_pace_at', get('tokens_pace_at') + pace_us(tokens) - pace_us(estimate))
end

local next_number, opened_at = get('next_number') + 1, get('opened_at')
local allowed = math.min(tonumber(redis.call('HGET', state, 'allowed') or rules.max_in_flight),
  rules.max_in_flight)

if asked_us > 0 then
  if get('paused_until') <= now then set('paused_since', now) end
  set('paused_until', math.max(get('paused_until'), now + asked_us))
  set('resume_at', math.max(get('resume_at'), now + resume_us))
end

if kind == 'answered' then
  if opened_at == 0 then
    set('outages', 0)
  elseif number >= get('turned_before') then
    set('opened_at', 0)
    set('outages', 0)
    set('turned_before', next_number)
  end
  if number >= get('halved_before') then
    set('allowed', math.min(allowed + 1, rules.max_in_flight))
  end
elseif kind == 'rate_limited' then
  if number >= get('halved_before') then
    set('allowed', math.max(1, math.floor(allowed / 2)))
    set('halved_before', next_number)
  end
elseif kind == 'outage' and number >= get('turned_before') then
  if opened_at > 0 then
    set('failed_probe_at', math.max(get('failed_probe_at'), sent_at))
    if asked_us > 0 then set('probe_at', now + probe_us) end
  else
    set('outages', get('outages') + 1)
  end
  if opened_at == 0 and get('outages') >= rules.outages then
    set('opened_at', now)
    set('probed_at', now)
    set('probe_at', now + probe_us)
    set('failed_probe_at', 0)
    set('turned_before', next_number)
  end
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, rules.keep_ms) end
return 1

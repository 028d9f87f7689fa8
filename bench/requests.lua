-- Sends the requests of a file in turn. Each is a line with its length in bytes, and then so many bytes.
-- Arguments: the file, the mark that a number no other request has takes the place of, and the first such number.
-- At the end: one line of JSON, for `load.py` to read.

local heads, tails, at, number = {}, {}, 0, 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local mark = args[2]
  number = tonumber(args[3])
  while true do
    local size = file:read("*n")
    if not size then break end
    file:read(1)
    local raw = file:read(size)
    local from, to = raw:find(mark, 1, true)
    heads[#heads + 1] = from and raw:sub(1, from - 1) or raw
    tails[#tails + 1] = from and raw:sub(to + 1) or false
  end
  file:close()
end

function request()
  at = at % #heads + 1
  if not tails[at] then return heads[at] end
  number = number + 1
  return heads[at] .. string.format("%016d", number) .. tails[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end

-- Ends the sessions of a member that is no longer the primary: a server that is cut off or
-- frozen does not end them itself, and its clients would wait for it.
--
-- `on-marked-down shutdown-sessions` does the same at once, and in HAProxy 3.0.11 leaves for ever
-- what is connecting at that moment, client and all. So this waits until nothing can be.
local grace = 1.5 -- seconds: `timeout connect` and a little more
local down = {}

local function look(now)
  for name, server in pairs(core.backends.primary.servers) do
    if server:get_stats().status:find("^UP") then
      down[name] = nil
    elseif down[name] == nil then
      down[name] = now
    elseif down[name] ~= true and now - down[name] >= grace then
      down[name] = true
      server:shut_sess()
    end
  end
end

core.register_task(function()
  while true do
    local now = core.now()
    look(now.sec + now.usec / 1000000)
    core.msleep(200)
  end
end)

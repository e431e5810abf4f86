-- Decides when to restart a bridge that crashed: soon, then later, then not at all.
local defaults = require('peerline.defaults')

local M = {}

--- Crashes within the window after which the user has to start it again.
M.MAX_CRASHES = defaults.max_crashes
M.WINDOW_SECONDS = defaults.crash_window_seconds
M.FIRST_SECONDS = defaults.first_restart_seconds
M.LONGEST_SECONDS = defaults.longest_restart_seconds

local crashes = {}

--- Count a crash; the seconds until the next start, or nil if it has crashed too often.
---@param now number seconds of a clock that never goes back
---@return number?
function M.next_start(now)
  crashes = vim.tbl_filter(function(at)
    return now - at < M.WINDOW_SECONDS
  end, crashes)
  crashes[#crashes + 1] = now
  if #crashes >= M.MAX_CRASHES then
    return nil
  end
  return math.min(M.LONGEST_SECONDS, M.FIRST_SECONDS * 2 ^ (#crashes - 1))
end

--- Forget the crashes, when the user restarts the bridge.
function M.forget()
  crashes = {}
end

return M

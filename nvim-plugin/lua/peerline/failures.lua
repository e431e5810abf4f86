-- The place of a failure, for the log: the text of an error may repeat what people wrote.
local M = {}

--- Call a function that may fail.
---@param run function
---@param ... any
---@return boolean is_done
---@return any result or the failure
---@return string? place
function M.call(run, ...)
  local place = nil
  local is_done, result = xpcall(run, function(failure)
    place = debug.traceback('', 2)
    return failure
  end, ...)
  return is_done, result, place
end

return M

-- Short one-line messages to the user that never cause a "Press ENTER" prompt.

local config = require('peerline.config')
local text = require('peerline.text')

local M = {}

-- The last messages, for tests and for a user who missed one.
local KEEP = 50
--- @type { level: integer, message: string }[]
M.history = {}

local waiting = {}

local function show_waiting()
  local shown = waiting
  waiting = {}
  -- Two messages in one turn of the event loop would scroll: show the weightiest, last one.
  local chosen = shown[1]
  for _, entry in ipairs(shown) do
    if entry.level >= chosen.level then
      chosen = entry
    end
  end
  -- In the command line, at a prompt or in a terminal a message would disturb what is there.
  if vim.api.nvim_get_mode().mode:find('^[cr!]') then
    return
  end
  -- Without it the message is put below the one that is still there, and that is a prompt.
  vim.cmd.redraw()
  local room = math.max(vim.v.echospace, 20)
  vim.notify(text.truncate(chosen.message, room), chosen.level, { title = 'peerline' })
end

local function add(level, message)
  local line = 'peerline: ' .. text.one_line(message)
  M.history[#M.history + 1] = { level = level, message = line }
  if #M.history > KEEP then
    table.remove(M.history, 1)
  end
  if not config.options.notify then
    return
  end
  waiting[#waiting + 1] = { level = level, message = line }
  if #waiting == 1 then
    vim.schedule(show_waiting)
  end
end

--- @param message string
function M.info(message)
  add(vim.log.levels.INFO, message)
end

--- @param message string
function M.warn(message)
  add(vim.log.levels.WARN, message)
end

--- @param message string
function M.error(message)
  add(vim.log.levels.ERROR, message)
end

return M

-- Messages to the user: in the command line, or in a window above it if they are longer than a line.
local float = require('peerline.float')

local M = {}

-- Cells that the command line keeps for the ruler and pending keys.
local KEPT = 14
local WIDTH = 76
local MILLISECONDS_PER_CHARACTER = 50
local LEAST_MILLISECONDS = 4000

local win = nil
local number = 0

--- Whether messages go to the command line: a plugin for notifications shows them elsewhere.
local function is_in_command_line()
  -- That of a plugin may be a table that can be called.
  return type(vim.notify) == 'function' and debug.getinfo(vim.notify, 'S').source:match('^@vim/') ~= nil
end

--- Add to `:messages` and show the beginning and the end of it in the command line.
local function echo(message, level)
  local before = vim.o.shortmess
  if not before:find('T', 1, true) then
    -- Without it, a message that is longer than the line asks to press ENTER.
    vim.opt.shortmess:append('T')
  end
  local is_bad = level and level >= vim.log.levels.WARN
  vim.cmd.echohl(is_bad and 'WarningMsg' or 'None')
  pcall(vim.cmd.echomsg, vim.fn.string(message))
  vim.cmd.echohl('None')
  vim.o.shortmess = before
end

local function open(message)
  float.close(win)
  local width = math.max(1, math.min(WIDTH, vim.o.columns - 4, vim.fn.strdisplaywidth(message)))
  local buf = float.buffer('peerline-message')
  float.set_lines(buf, { message })
  win = vim.api.nvim_open_win(buf, false, {
    relative = 'editor',
    anchor = 'SW',
    row = vim.o.lines - vim.o.cmdheight - 1,
    col = 0,
    width = width,
    height = 1,
    style = 'minimal',
    border = 'rounded',
    focusable = false,
    noautocmd = true,
    zindex = 150,
  })
  vim.wo[win].wrap = true
  vim.wo[win].linebreak = true
  float.fit(win)
end

--- Close the window of a message, if there is one.
function M.close()
  float.close(win)
  win = nil
end

--- Show a message.
---@param message string one line
---@param level integer? one of vim.log.levels
function M.show(message, level)
  if not is_in_command_line() then
    vim.notify(message, level)
    return
  end
  if not vim.api.nvim_get_mode().mode:match('^c') then
    -- Behind a list that was just answered, a message would ask to press ENTER.
    vim.cmd.redraw()
  end
  if vim.fn.strdisplaywidth(message) <= math.max(20, vim.o.columns - KEPT) then
    vim.notify(message, level)
    return
  end
  echo(message, level)
  open(message)
  number = number + 1
  local shown = number
  vim.defer_fn(function()
    if shown == number then
      M.close()
    end
  end, math.max(LEAST_MILLISECONDS, MILLISECONDS_PER_CHARACTER * #message))
end

return M

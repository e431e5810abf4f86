-- A quiet sign in the last line of the screen: unread messages and a lost connection. It covers no
-- code, and is not there while a statusline shows the same.
local config = require('peerline.config')

local M = {}

-- Neovim shows what is being typed ('showcmd') in the last eleven cells.
local SHOWCMD_CELLS = 11

local buf, win = nil, nil

local function close()
  if win and vim.api.nvim_win_is_valid(win) then
    vim.api.nvim_win_close(win, true)
  end
  win = nil
end

local function place(cells)
  -- Without a line for commands, it is the end of the last statusline.
  local row = vim.o.lines - 1
  return {
    relative = 'editor',
    row = row,
    col = math.max(0, vim.o.columns - SHOWCMD_CELLS - 1 - cells),
    width = cells,
    height = 1,
  }
end

--- Show a text, or nothing if it is nil or a statusline shows it.
---@param shown string?
---@param is_in_statusline boolean
function M.show(shown, is_in_statusline)
  if not shown or is_in_statusline or not config.options.unread_sign then
    close()
    return
  end
  if not buf or not vim.api.nvim_buf_is_valid(buf) then
    buf = vim.api.nvim_create_buf(false, true)
    vim.bo[buf].bufhidden = 'hide'
    vim.bo[buf].filetype = 'peerline-sign'
  end
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, { shown })
  local where = place(vim.fn.strdisplaywidth(shown))
  if win and vim.api.nvim_win_is_valid(win) and vim.api.nvim_win_get_tabpage(win) == vim.api.nvim_get_current_tabpage() then
    vim.api.nvim_win_set_config(win, where)
    return
  end
  close()
  where.style, where.focusable, where.zindex, where.noautocmd = 'minimal', false, 250, true
  win = vim.api.nvim_open_win(buf, false, where)
  vim.api.nvim_set_option_value('winhighlight', 'Normal:PeerlineUnread', { scope = 'local', win = win })
end

--- The text that is on the screen now; nil if there is none.
---@return string?
function M.text()
  return win and vim.api.nvim_win_is_valid(win) and vim.api.nvim_buf_get_lines(buf, 0, 1, false)[1] or nil
end

return M

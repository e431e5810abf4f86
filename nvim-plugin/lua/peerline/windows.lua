-- Which window shows files, and going to a place in it.

local positions = require('peerline.positions')

local M = {}

--- Whether a window shows a file, and is no float and none of ours.
--- @param win integer
--- @return boolean
function M.shows_files(win)
  return vim.api.nvim_win_is_valid(win)
    and vim.api.nvim_win_get_config(win).relative == ''
    and vim.bo[vim.api.nvim_win_get_buf(win)].buftype == ''
    and not vim.wo[win].winfixbuf
end

--- The window to show a file in: the current one, the previous one, any; else a new one.
--- @return integer
function M.file_window()
  local current = vim.api.nvim_get_current_win()
  local previous = vim.fn.win_getid(vim.fn.winnr('#'))
  local candidates = { current, previous }
  vim.list_extend(candidates, vim.api.nvim_tabpage_list_wins(0))
  for _, win in ipairs(candidates) do
    if win ~= 0 and M.shows_files(win) then
      return win
    end
  end
  local buf = vim.api.nvim_create_buf(true, false)
  return vim.api.nvim_open_win(buf, false, { split = 'left', win = -1 })
end

--- Show the file of a URI in a window, without moving the focus.
--- @param win integer
--- @param uri string
--- @return integer? buf nil if there is no such file here
function M.show(win, uri)
  local buf = positions.buffer_of(uri)
  if not buf then
    local path = positions.path_of(uri)
    local stat = path and vim.uv.fs_stat(path)
    if not path or not stat or stat.type ~= 'file' then
      return nil
    end
    buf = vim.fn.bufadd(path)
    vim.bo[buf].buflisted = true
  end
  if vim.api.nvim_win_get_buf(win) ~= buf then
    vim.api.nvim_win_call(win, function()
      vim.cmd.buffer({ buf, mods = { silent = true, keepalt = false } })
    end)
  end
  return buf
end

--- Open a side window for one of our buffers, without numbers, signs and folds.
--- @param buf integer
--- @param options vim.api.keyset.win_config with enter: boolean
--- @return integer win
function M.open_panel(buf, options)
  local enter = options.enter
  options.enter = nil
  local win = vim.api.nvim_open_win(buf, enter or false, options)
  local settings = {
    number = false,
    relativenumber = false,
    signcolumn = 'no',
    foldcolumn = '0',
    foldenable = false,
    list = false,
    spell = false,
    cursorline = false,
    wrap = true,
    linebreak = true,
    winfixbuf = true,
  }
  for name, value in pairs(settings) do
    vim.api.nvim_set_option_value(name, value, { scope = 'local', win = win })
  end
  return win
end

--- A buffer of ours that no file belongs to.
--- @param filetype string
--- @return integer
function M.new_buffer(filetype)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.bo[buf].bufhidden = 'hide'
  vim.bo[buf].swapfile = false
  vim.bo[buf].filetype = filetype
  return buf
end

--- Replace the lines of a buffer that the user cannot change.
--- @param buf integer
--- @param first integer
--- @param last integer
--- @param lines string[]
function M.set_lines(buf, first, last, lines)
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, first, last, false, lines)
  vim.bo[buf].modifiable = false
  vim.bo[buf].modified = false
end

--- The window of this tab page that shows a buffer.
--- @param buf integer?
--- @return integer?
function M.window_of(buf)
  if not buf or not vim.api.nvim_buf_is_valid(buf) then
    return nil
  end
  for _, win in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if vim.api.nvim_win_get_buf(win) == buf then
      return win
    end
  end
  return nil
end

return M

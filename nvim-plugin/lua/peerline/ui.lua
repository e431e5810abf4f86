-- Small windows: a float to write in, a float to read in, a side window.
local text = require('peerline.text')

local M = {}

--- Open a float in which the user writes; <CR> sends, <C-j> breaks the line, q or <Esc> closes.
--- If sending is refused, the float keeps the text.
---@param options {title: string, content: string?, send: fun(content: string, done: fun(refusal: string?))}
function M.write(options)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.bo[buf].bufhidden = 'wipe'
  vim.bo[buf].filetype = 'peerline-input'
  local width = math.min(64, vim.o.columns - 4)
  local win = vim.api.nvim_open_win(buf, true, {
    relative = 'cursor',
    row = 1,
    col = 0,
    width = width,
    height = 4,
    style = 'minimal',
    border = 'rounded',
    title = ' ' .. text.line(options.title, width - 4) .. ' ',
    footer = ' <CR> send · <C-j> new line · <Esc> close ',
  })
  vim.wo[win].wrap = true
  if options.content then
    vim.api.nvim_buf_set_lines(buf, 0, -1, false, vim.split(options.content, '\n'))
  end
  local is_sending = false
  local function close()
    if vim.api.nvim_win_is_valid(win) then
      vim.api.nvim_win_close(win, true)
    end
    vim.cmd.stopinsert()
  end
  local function send()
    local content = table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), '\n')
    if is_sending or content:match('^%s*$') then
      return
    end
    is_sending = true
    options.send(content, function(refusal)
      is_sending = false
      if refusal then
        text.notify(refusal, vim.log.levels.WARN)
      else
        close()
      end
    end)
  end
  vim.keymap.set({ 'n', 'i' }, '<CR>', send, { buffer = buf, desc = 'Send' })
  vim.keymap.set('i', '<C-j>', function()
    vim.api.nvim_put({ '', '' }, 'c', false, true)
  end, { buffer = buf, desc = 'New line' })
  vim.keymap.set('n', 'q', close, { buffer = buf, desc = 'Close' })
  vim.keymap.set('n', '<Esc>', close, { buffer = buf, desc = 'Close' })
  vim.cmd.startinsert({ bang = true })
end

--- Open a float with lines to read.
---@param lines string[]
---@param options {title: string, footer: string, keys: table<string, fun()>}
---@return integer buf
---@return integer win
function M.read(lines, options)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable = false
  vim.bo[buf].bufhidden = 'wipe'
  vim.bo[buf].filetype = 'peerline-thread'
  local width = math.min(72, vim.o.columns - 4)
  local height = 0
  for _, line in ipairs(lines) do
    height = height + math.max(1, math.ceil(vim.fn.strdisplaywidth(line) / width))
  end
  local win = vim.api.nvim_open_win(buf, true, {
    relative = 'cursor',
    row = 1,
    col = 0,
    width = width,
    height = math.max(1, math.min(height, math.floor(vim.o.lines * 0.6))),
    style = 'minimal',
    border = 'rounded',
    title = ' ' .. text.line(options.title, width - 4) .. ' ',
    footer = ' ' .. options.footer .. ' ',
  })
  vim.wo[win].wrap = true
  vim.wo[win].linebreak = true
  for key, action in pairs(options.keys) do
    vim.keymap.set('n', key, action, { buffer = buf, nowait = true })
  end
  return buf, win
end

--- The window that shows a buffer in the current tab page, or nil.
---@param buf integer?
---@return integer?
function M.window_of(buf)
  for _, win in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if buf and vim.api.nvim_win_get_buf(win) == buf then
      return win
    end
  end
end

--- A window of the current tab page for files: the current window if it shows a file.
---@return integer
function M.file_window()
  local function is_for_files(win)
    return vim.bo[vim.api.nvim_win_get_buf(win)].buftype == ''
      and vim.api.nvim_win_get_config(win).relative == ''
  end
  local current = vim.api.nvim_get_current_win()
  if is_for_files(current) then
    return current
  end
  for _, win in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if is_for_files(win) then
      return win
    end
  end
  vim.cmd('topleft vnew')
  return vim.api.nvim_get_current_win()
end

--- A named scratch buffer.
---@param name string
---@param filetype string
---@return integer
function M.scratch(name, filetype)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(buf, name)
  vim.bo[buf].bufhidden = 'hide'
  vim.bo[buf].swapfile = false
  vim.bo[buf].filetype = filetype
  return buf
end

return M

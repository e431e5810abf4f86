-- Small windows: a float to read in, a side window, and hints for their keys.
local files = require('peerline.files')
local text = require('peerline.text')

local M = {}

--- The width of a side window: a share of the screen below 1, else cells; never all of the screen.
---@param wanted number
---@param least integer cells that a share has at least
---@param most integer cells that a share has at most
---@return integer
function M.side_width(wanted, least, most)
  local width = math.floor(wanted)
  if wanted < 1 then
    width = math.max(least, math.min(most, math.floor(vim.o.columns * wanted)))
  end
  return math.max(1, math.min(width, vim.o.columns - 20))
end

--- Call `action` with one of some things: the only one, or the one that the user chooses.
---@param items table[]
---@param options {none: string, prompt: string, format_item: fun(item: table): string} `none` says that there are none
---@param action fun(item: table)
function M.with_one(items, options, action)
  if #items == 0 then
    text.notify(options.none, vim.log.levels.WARN)
  elseif #items == 1 then
    action(items[1])
  else
    vim.ui.select(items, { prompt = options.prompt, format_item = options.format_item }, function(item)
      if item then
        action(item)
      end
    end)
  end
end

--- The lines that describe the keys of a buffer which have a description, with `g?` first.
local function hint_lines(buf)
  local described, order = {}, {}
  for _, mode in ipairs({ 'n', 'x', 'i' }) do
    for _, map in ipairs(vim.api.nvim_buf_get_keymap(buf, mode)) do
      local key = vim.fn.keytrans(vim.keycode(map.lhs))
      if map.desc and key ~= 'g?' then
        local mark = mode == 'i' and ' (insert)' or ''
        if not described[key] then
          described[key] = map.desc .. mark
          order[#order + 1] = key
        elseif described[key] == map.desc and mark ~= '' then
          described[key] = map.desc
        end
      end
    end
  end
  table.sort(order)
  local lines = {}
  for _, key in ipairs(order) do
    lines[#lines + 1] = (' %-6s %s'):format(key, described[key])
  end
  return lines
end

--- Have `g?` show the keys of a buffer: every mapping of it that has a description.
---@param buf integer
---@param title string
function M.hints(buf, title)
  vim.keymap.set('n', 'g?', function()
    M.read(hint_lines(buf), { title = title, footer = 'q close', is_centred = true })
  end, { buffer = buf, nowait = true, desc = 'Show the keys' })
end

--- How many rows lines take that are wrapped at a width.
---@param lines string[]
---@param width integer
---@return integer
function M.lines_height(lines, width)
  local height = 0
  for _, line in ipairs(lines) do
    height = height + math.max(1, math.ceil(vim.fn.strdisplaywidth(line) / width))
  end
  return height
end

--- Open a float with lines to read; q and <Esc> close it; with `keys`, `g?` shows those that are described.
---@param lines string[]
---@param options {title: string, footer: string, is_centred: boolean?,
---keys: table<string, {[1]: fun(), desc: string?}>?}
---@return integer buf
---@return integer win
function M.read(lines, options)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable = false
  vim.bo[buf].bufhidden = 'wipe'
  vim.bo[buf].filetype = 'peerline-thread'
  local width = math.max(1, math.min(72, vim.o.columns - 4))
  local height = math.max(1, math.min(M.lines_height(lines, width), math.floor(vim.o.lines * 0.6)))
  local win = vim.api.nvim_open_win(buf, true, {
    relative = options.is_centred and 'editor' or 'cursor',
    row = options.is_centred and math.max(0, math.floor((vim.o.lines - height) / 2) - 1) or 1,
    col = options.is_centred and math.max(0, math.floor((vim.o.columns - width) / 2) - 1) or 0,
    width = width,
    height = height,
    style = 'minimal',
    border = 'rounded',
    title = ' ' .. text.line(options.title, width - 4) .. ' ',
    footer = ' ' .. text.truncate(options.footer, width - 2) .. ' ',
  })
  vim.wo[win].wrap = true
  vim.wo[win].linebreak = true
  vim.wo[win].breakindent = true
  local function close()
    if vim.api.nvim_win_is_valid(win) then
      vim.api.nvim_win_close(win, true)
    end
  end
  local closing = { q = { close, desc = 'Close' }, ['<Esc>'] = { close } }
  for key, action in pairs(vim.tbl_extend('keep', options.keys or {}, closing)) do
    vim.keymap.set('n', key, action[1], { buffer = buf, nowait = true, desc = action.desc })
  end
  if options.keys then
    M.hints(buf, options.title)
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
    return files.is_file(vim.api.nvim_win_get_buf(win))
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

--- An empty scratch buffer with a name.
---
--- Users can delete it, unload it and edit it again: then `gone` is called, for the text, the keys
--- and the options are lost. Call this again then; the buffer that has the name still, also one of
--- a session that was restored, is taken over with its windows.
---@param name string
---@param filetype string
---@param gone fun(buf: integer)
---@return integer
function M.scratch(name, filetype, gone)
  local buf = files.buffer_named(name)
  if buf then
    vim.api.nvim_clear_autocmds({ buffer = buf })
  else
    buf = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(buf, name)
  end
  vim.bo[buf].buftype = 'nofile'
  vim.fn.bufload(buf)
  vim.bo[buf].buflisted = false
  vim.bo[buf].bufhidden = 'hide'
  vim.bo[buf].swapfile = false
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, {})
  vim.api.nvim_create_autocmd('BufUnload', {
    buffer = buf,
    once = true,
    callback = function()
      gone(buf)
    end,
  })
  vim.bo[buf].filetype = filetype
  return buf
end

return M

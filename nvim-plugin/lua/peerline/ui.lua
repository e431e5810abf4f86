-- Small windows: a float to write in, a float to read in, a side window, and hints for their keys.
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

--- Open a float in which the user writes; <CR> sends, <C-j> breaks the line, q or <Esc> closes.
--- If sending is refused, the float keeps the text.
---@param options {title: string, content: string?, send: fun(content: string, done: fun(refusal: string?))}
function M.write(options)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.bo[buf].bufhidden = 'wipe'
  vim.bo[buf].filetype = 'peerline-input'
  local width = math.max(1, math.min(64, vim.o.columns - 4))
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
  vim.wo[win].linebreak = true
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

local function lines_height(lines, width)
  local height = 0
  for _, line in ipairs(lines) do
    height = height + math.max(1, math.ceil(vim.fn.strdisplaywidth(line) / width))
  end
  return height
end

--- Open a float with lines to read; q and <Esc> close it, and `g?` shows the keys that are described.
---@param lines string[]
---@param options {title: string, footer: string, is_centred: boolean?,
---keys: table<string, fun()|{[1]: fun(), desc: string}>?}
---@return integer buf
---@return integer win
function M.read(lines, options)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable = false
  vim.bo[buf].bufhidden = 'wipe'
  vim.bo[buf].filetype = 'peerline-thread'
  local width = math.max(1, math.min(72, vim.o.columns - 4))
  local height = math.max(1, math.min(lines_height(lines, width), math.floor(vim.o.lines * 0.6)))
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
  local keys = vim.tbl_extend('keep', options.keys or {}, { q = close, ['<Esc>'] = close })
  local is_described = false
  for key, action in pairs(keys) do
    local run = type(action) == 'table' and action[1] or action
    local desc = type(action) == 'table' and action.desc or nil
    is_described = is_described or desc ~= nil
    if key == 'q' then
      desc = desc or 'Close'
    end
    vim.keymap.set('n', key, run, { buffer = buf, nowait = true, desc = desc })
  end
  if is_described then
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

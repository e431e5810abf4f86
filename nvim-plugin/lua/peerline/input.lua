-- A small float to write a text in; what was written stays until it has been accepted.

local notify = require('peerline.notify')
local text = require('peerline.text')
local windows = require('peerline.windows')

local M = {}

local WIDTH, HEIGHT = 60, 3
local drafts = {} ---@type table<string, string>

--- What the user has written so far in a buffer, without blank lines around it.
--- @param buf integer
--- @return string
function M.written(buf)
  return vim.trim(table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), '\n'))
end

--- Map the keys that send and that break a line in a buffer to write in.
--- @param buf integer
--- @param send fun()
function M.map_keys(buf, send)
  vim.keymap.set({ 'n', 'i' }, '<CR>', send, { buffer = buf, desc = 'Peerline: send' })
  vim.keymap.set('i', '<C-j>', function()
    -- Not through <CR>, which sends.
    local row, col = unpack(vim.api.nvim_win_get_cursor(0))
    vim.api.nvim_buf_set_text(buf, row - 1, col, row - 1, col, { '', '' })
    vim.api.nvim_win_set_cursor(0, { row + 1, 0 })
  end, { buffer = buf, desc = 'Peerline: new line' })
end

local function close(win)
  if vim.api.nvim_win_is_valid(win) then
    vim.api.nvim_win_close(win, true)
  end
end

local function open_window(buf, title)
  local width = math.max(20, math.min(WIDTH, vim.o.columns - 4))
  local win = windows.open_panel(buf, {
    relative = 'cursor',
    row = 1,
    col = 0,
    width = width,
    height = HEIGHT,
    border = 'rounded',
    title = ' ' .. text.truncate(text.one_line(title), width - 2) .. ' ',
    footer = ' <CR> send · <C-j> new line · q close ',
    enter = true,
  })
  return win
end

--- Ask for a text.
--- @param options { key: string, title: string, draft: string? } without a draft: the key's last
--- @param submit fun(content: string, done: fun(failure: string?)) send it; `done` closes
function M.open(options, submit)
  local buf = windows.new_buffer('peerline-input')
  vim.bo[buf].bufhidden = 'wipe'
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, vim.split(options.draft or drafts[options.key] or '', '\n'))
  local win = open_window(buf, options.title)
  vim.api.nvim_create_autocmd({ 'TextChanged', 'TextChangedI' }, {
    buffer = buf,
    callback = function()
      drafts[options.key] = M.written(buf)
    end,
  })
  local is_sending = false
  M.map_keys(buf, function()
    local content = M.written(buf)
    if content == '' or is_sending then
      return
    end
    is_sending = true
    drafts[options.key] = content
    submit(content, function(failure)
      is_sending = false
      if failure then
        notify.error(failure)
        return
      end
      drafts[options.key] = nil
      if vim.api.nvim_get_current_win() == win then
        vim.cmd.stopinsert()
      end
      close(win)
    end)
  end)
  for _, key in ipairs({ 'q', '<Esc>' }) do
    vim.keymap.set('n', key, function()
      close(win)
    end, { buffer = buf, desc = 'Peerline: close, keep the draft' })
  end
  vim.cmd.startinsert({ bang = true })
end

return M

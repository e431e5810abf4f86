-- The chat: messages in a side split, a line to write below them, the count of unread ones.
local config = require('peerline.config')
local highlights = require('peerline.highlights')
local lsp = require('peerline.lsp')
local text = require('peerline.text')
local ui = require('peerline.ui')

local M = {}

M.messages = {}

local namespace = vim.api.nvim_create_namespace('peerline_chat')
local log, input = nil, nil
local row_to_message = {}
local reply_to = nil
local is_sending = false

local function is_valid(buf)
  return buf and vim.api.nvim_buf_is_valid(buf)
end

local function status()
  return require('peerline.status')
end

local function time_of(message)
  return message.timestamp:match('T(%d%d:%d%d)') or ''
end

local function find(id)
  for _, message in ipairs(M.messages) do
    if message.id == id then
      return message
    end
  end
end

--- Append one message to `lines` and its highlights to `marks`.
local function layout(message, lines, marks)
  local first = #lines
  local name = text.line(message.username, 24)
  if message.kind == 'system' then
    lines[#lines + 1] = ('%s  %s %s'):format(time_of(message), name, text.reveal(message.content))
    marks[#marks + 1] = { first, 0, #lines[#lines], 'PeerlineSystem' }
  else
    local head = time_of(message) .. '  ' .. name
    lines[#lines + 1] = head
    marks[#marks + 1] = { first, 0, 5, 'PeerlineTime' }
    marks[#marks + 1] = { first, 7, #head, highlights.group('Name', message.color) }
    local parent = message.parent_id and find(message.parent_id)
    if parent then
      local quote = '  ↳ ' .. text.line(parent.username .. ': ' .. parent.content, 36)
      lines[#lines + 1] = quote
      marks[#marks + 1] = { #lines - 1, 0, #quote, 'PeerlineSystem' }
    end
    for _, line in ipairs(text.lines(message.content)) do
      lines[#lines + 1] = '  ' .. line
      if message.mentions_me then
        marks[#marks + 1] = { #lines - 1, 2, #lines[#lines], 'PeerlineMention' }
      end
    end
  end
  for row = first, #lines - 1 do
    row_to_message[row + 1] = message
  end
end

local function render()
  if not is_valid(log) then
    return
  end
  local lines, marks = {}, {}
  row_to_message = {}
  for _, message in ipairs(M.messages) do
    layout(message, lines, marks)
  end
  vim.bo[log].modifiable = true
  vim.api.nvim_buf_set_lines(log, 0, -1, false, lines)
  vim.bo[log].modifiable = false
  vim.api.nvim_buf_clear_namespace(log, namespace, 0, -1)
  for _, mark in ipairs(marks) do
    vim.api.nvim_buf_set_extmark(log, namespace, mark[1], mark[2], { end_col = mark[3], hl_group = mark[4] })
  end
  local win = ui.window_of(log)
  if win and vim.api.nvim_get_current_win() ~= win then
    vim.api.nvim_win_set_cursor(win, { math.max(1, #lines), 0 })
  end
end

--- Show the session in the title of the chat's windows.
function M.update_title()
  local win = ui.window_of(log)
  if win then
    local state = status().state
    local title = state.state == 'joined' and (state.title or 'Chat') or state.state
    -- In a winbar % would begin an item.
    vim.wo[win].winbar = ' ' .. text.line(title, 38):gsub('%%', '%%%%')
  end
  local input_win = ui.window_of(input)
  if input_win then
    local hint = reply_to and ('↳ ' .. text.line(reply_to.username, 24):gsub('%%', '%%%%') .. ' ')
      or ' '
    vim.wo[input_win].winbar = hint .. '<CR> send · <C-j> new line'
  end
end

--- Take over peerline/chat.
---@param params {reset: boolean, messages: table[]}
function M.update(params)
  if params.reset then
    M.messages = {}
  end
  local is_visible = ui.window_of(log) ~= nil
  for _, message in ipairs(params.messages) do
    M.messages[#M.messages + 1] = message
    if not params.reset and message.kind == 'chat' and not message.is_me and not is_visible then
      status().unread = status().unread + 1
      if message.mentions_me then
        text.notify(message.username .. ' mentions you: ' .. message.content)
      end
    end
  end
  while #M.messages > 1000 do
    table.remove(M.messages, 1)
  end
  render()
  vim.cmd.redrawstatus({ bang = true })
end

--- Send a message; `done(refusal)` is called when everybody has it or it was refused.
---@param content string
---@param parent_id string?
---@param done fun(refusal: string?)
function M.send(content, parent_id, done)
  lsp.command('sendChat', { content = content, parent_id = parent_id }, done)
end

local function send_input()
  local content = table.concat(vim.api.nvim_buf_get_lines(input, 0, -1, false), '\n')
  if is_sending or content:match('^%s*$') then
    return
  end
  is_sending = true
  M.send(content, reply_to and reply_to.id, function(refusal)
    is_sending = false
    if refusal then
      -- The draft stays for another try.
      text.notify(refusal, vim.log.levels.WARN)
      return
    end
    reply_to = nil
    if is_valid(input) then
      vim.api.nvim_buf_set_lines(input, 0, -1, false, { '' })
    end
    M.update_title()
  end)
end

--- Completion of @names in the input.
function M.complete(find_start, base)
  local line = vim.api.nvim_get_current_line():sub(1, vim.fn.col('.') - 1)
  if find_start == 1 then
    local start = line:find('@[^@]*$')
    return start and start - 1 or -3
  end
  return vim.tbl_map(
    function(name)
      return '@' .. name .. ' '
    end,
    vim.tbl_filter(function(name)
      return vim.startswith(name:lower(), base:sub(2):lower())
    end, require('peerline.participants').names())
  )
end

local function create_buffers()
  log = ui.scratch('peerline://chat', 'peerline-chat')
  vim.bo[log].modifiable = false
  input = ui.scratch('peerline://chat-input', 'peerline-chat-input')
  vim.bo[input].omnifunc = "v:lua.require'peerline.chat'.complete"
  vim.keymap.set('n', 'r', function()
    local message = row_to_message[vim.fn.line('.')]
    if message and message.kind == 'chat' then
      reply_to = message
      vim.api.nvim_set_current_win(ui.window_of(input))
      M.update_title()
      vim.cmd.startinsert({ bang = true })
    end
  end, { buffer = log, nowait = true, desc = 'Answer the message' })
  vim.keymap.set('n', 'q', M.close, { buffer = log, nowait = true, desc = 'Close the chat' })
  vim.keymap.set('n', 'q', M.close, { buffer = input, nowait = true, desc = 'Close the chat' })
  vim.keymap.set({ 'n', 'i' }, '<CR>', send_input, { buffer = input, desc = 'Send' })
  vim.keymap.set('i', '<C-j>', function()
    vim.api.nvim_put({ '', '' }, 'c', false, true)
  end, { buffer = input, desc = 'New line' })
  vim.keymap.set('i', '<Tab>', '<C-x><C-o>', { buffer = input, desc = 'Complete a name after @' })
  vim.keymap.set('n', '<Esc>', function()
    reply_to = nil
    M.update_title()
  end, { buffer = input, desc = 'Do not answer' })
end

local function set_up_window(win)
  vim.wo[win].wrap = true
  vim.wo[win].linebreak = true
  vim.wo[win].number = false
  vim.wo[win].relativenumber = false
  vim.wo[win].signcolumn = 'no'
  vim.wo[win].winfixwidth = true
  vim.wo[win].winfixheight = true
end

--- Show the chat and begin to write.
function M.open()
  if not is_valid(log) or not is_valid(input) then
    create_buffers()
  end
  status().unread = 0
  if not ui.window_of(log) then
    vim.cmd('botright vertical ' .. config.options.chat_width .. 'split')
    vim.api.nvim_win_set_buf(0, log)
    set_up_window(0)
    vim.cmd('belowright 4split')
    vim.api.nvim_win_set_buf(0, input)
    set_up_window(0)
  elseif not ui.window_of(input) then
    vim.api.nvim_set_current_win(ui.window_of(log))
    vim.cmd('belowright 4split')
    vim.api.nvim_win_set_buf(0, input)
    set_up_window(0)
  end
  vim.api.nvim_set_current_win(ui.window_of(input))
  render()
  M.update_title()
  vim.cmd.startinsert({ bang = true })
end

--- Hide the chat.
function M.close()
  for _, buf in ipairs({ input, log }) do
    local win = ui.window_of(buf)
    if win and #vim.api.nvim_tabpage_list_wins(0) > 1 then
      vim.api.nvim_win_close(win, true)
    end
  end
end

return M

-- The chat: messages in a side split, an input below them, and the number of unread messages.
local config = require('peerline.config')
local highlights = require('peerline.highlights')
local lsp = require('peerline.lsp')
local pending = require('peerline.pending')
local text = require('peerline.text')
local ui = require('peerline.ui')

local M = {}

M.messages = {}
-- How many messages are kept; more if older ones were asked for.
M.room = 1000

local namespace = vim.api.nvim_create_namespace('peerline_chat')
local log, input = nil, nil
local row_to_message = {}
local reply_to = nil
local editing = nil
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

local function index_of(id)
  for index, message in ipairs(M.messages) do
    if message.id == id then
      return index
    end
  end
end

local function find(id)
  return M.messages[index_of(id)]
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
    local note, note_group = pending.note(message, 60)
    note = note or message.is_deleted and '(deleted)' or message.is_edited and '(edited)' or nil
    local name_end = #head
    head = note and head .. '  ' .. note or head
    lines[#lines + 1] = head
    marks[#marks + 1] = { first, 0, 5, 'PeerlineTime' }
    marks[#marks + 1] = { first, 7, name_end, highlights.group('Name', message.color) }
    if note then
      marks[#marks + 1] = { first, name_end, #head, note_group or 'PeerlineSystem' }
    end
    local parent = message.parent_id and find(message.parent_id)
    if parent then
      local quote = '  ↳ ' .. text.line(parent.username .. ': ' .. parent.content, 36)
      lines[#lines + 1] = quote
      marks[#marks + 1] = { #lines - 1, 0, #quote, 'PeerlineSystem' }
    end
    for _, line in ipairs(message.is_deleted and {} or text.lines(message.content)) do
      lines[#lines + 1] = '  ' .. line
      if message.mentions_me then
        marks[#marks + 1] = { #lines - 1, 2, #lines[#lines], 'PeerlineMention' }
      end
    end
  end
  local reactions = {}
  for _, reaction in ipairs(message.reactions or {}) do
    reactions[#reactions + 1] = text.line(reaction.emoji, 16) .. ' ' .. #reaction.names
  end
  if #reactions > 0 then
    lines[#lines + 1] = '  ' .. table.concat(reactions, '  ')
    marks[#marks + 1] = { #lines - 1, 0, #lines[#lines], 'PeerlineSystem' }
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
    -- In a winbar, % begins an item.
    vim.wo[win].winbar = ' ' .. text.line(title, 38):gsub('%%', '%%%%')
  end
  local input_win = ui.window_of(input)
  if input_win then
    local hint = editing and '✎ edit '
      or reply_to and ('↳ ' .. text.line(reply_to.username, 24):gsub('%%', '%%%%') .. ' ')
      or ' '
    vim.wo[input_win].winbar = hint .. '<CR> send · <C-j> new line'
  end
end

--- Handle peerline/chat.
---@param params {reset: boolean, messages: table[], removed: string[]}
function M.update(params)
  if params.reset then
    M.messages = {}
    M.room = 1000
  end
  if params.prepend then
    M.messages = vim.list_extend(params.messages, M.messages)
    M.room = math.max(M.room, #M.messages)
    render()
    return
  end
  for _, id in ipairs(params.removed or {}) do
    local place = index_of(id)
    if place then
      table.remove(M.messages, place)
    end
  end
  local is_visible = ui.window_of(log) ~= nil
  for _, message in ipairs(params.messages) do
    local place = message.kind == 'chat' and index_of(message.id)
    M.messages[place or #M.messages + 1] = message
    if place then
      -- An edit, a deletion or a reaction is nothing new to read.
    elseif not params.reset and message.kind == 'chat' and not message.is_me and not is_visible then
      status().unread = status().unread + 1
      if message.mentions_me then
        text.notify(message.username .. ' mentions you: ' .. message.content)
      end
    end
  end
  while #M.messages > M.room do
    table.remove(M.messages, 1)
  end
  render()
  vim.cmd.redrawstatus({ bang = true })
end

--- Send a message; `done(refusal)` is called when everybody has it, or it waits for the server
--- (then the chat shows it as pending), or it was refused.
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
  local function done(refusal)
    is_sending = false
    if refusal then
      -- The draft stays, to be sent again.
      text.notify(refusal, vim.log.levels.WARN)
      return
    end
    reply_to, editing = nil, nil
    if is_valid(input) then
      vim.api.nvim_buf_set_lines(input, 0, -1, false, { '' })
    end
    M.update_title()
  end
  if editing then
    lsp.command('editMessage', { message_id = editing.id, content = content }, done)
  else
    M.send(content, reply_to and reply_to.id, done)
  end
end

local reactions = { '👍', '👎', '😄', '🎉', '😕', '❤️', '🚀', '👀' }

--- React to a message, or remove the same reaction.
local function react(message)
  vim.ui.select(reactions, { prompt = 'React with' }, function(emoji)
    if emoji then
      local mine = vim.iter(message.reactions or {}):any(function(reaction)
        return reaction.emoji == emoji and reaction.is_mine
      end)
      lsp.command('react', { message_id = message.id, emoji = emoji, remove = mine })
    end
  end)
end

local function edit(message)
  if not message.is_me then
    text.notify('only the author of a message can edit it', vim.log.levels.WARN)
    return
  end
  editing, reply_to = message, nil
  vim.api.nvim_buf_set_lines(input, 0, -1, false, vim.split(message.content, '\n'))
  vim.api.nvim_set_current_win(ui.window_of(input))
  M.update_title()
  vim.cmd.startinsert({ bang = true })
end

local function delete(message)
  if vim.fn.confirm('Delete this message for everybody?', '&Delete\n&Keep', 2) == 1 then
    lsp.command('deleteMessage', { message_id = message.id })
  end
end

--- The position of the oldest message that is loaded; nil if there is none.
local function oldest()
  for _, message in ipairs(M.messages) do
    if message.kind == 'chat' and message.seq then
      return message.seq
    end
  end
end

local function load_older()
  local before = oldest()
  lsp.command('loadHistory', before and { before = before }, function(refusal, result)
    if refusal or not result.has_more then
      text.notify(refusal or 'this is the beginning of the chat', refusal and vim.log.levels.WARN)
    end
  end)
end

local last_typing = 0

--- Tell the others that the user is typing.
local function tell_typing()
  local now = vim.uv.now()
  if now - last_typing > 2000 then
    last_typing = now
    lsp.command('typing', nil, function() end)
  end
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
  end, { buffer = log, nowait = true, desc = 'Reply to the message' })
  local function on_message(key, action, description)
    vim.keymap.set('n', key, function()
      local message = row_to_message[vim.fn.line('.')]
      if message and message.kind == 'chat' and not message.is_deleted then
        action(message)
      end
    end, { buffer = log, nowait = true, desc = description })
  end
  on_message('e', edit, 'Edit my message')
  on_message('x', delete, 'Delete the message')
  on_message('+', react, 'React to the message')
  vim.keymap.set('n', '<BS>', load_older, { buffer = log, nowait = true, desc = 'Show older messages' })
  vim.api.nvim_create_autocmd('TextChangedI', { buffer = input, callback = tell_typing })
  vim.keymap.set('n', 'q', M.close, { buffer = log, nowait = true, desc = 'Close the chat' })
  vim.keymap.set('n', 'q', M.close, { buffer = input, nowait = true, desc = 'Close the chat' })
  vim.keymap.set({ 'n', 'i' }, '<CR>', send_input, { buffer = input, desc = 'Send' })
  vim.keymap.set('i', '<C-j>', function()
    vim.api.nvim_put({ '', '' }, 'c', false, true)
  end, { buffer = input, desc = 'New line' })
  vim.keymap.set('i', '<Tab>', '<C-x><C-o>', { buffer = input, desc = 'Complete a name after @' })
  vim.keymap.set('n', '<Esc>', function()
    reply_to, editing = nil, nil
    M.update_title()
  end, { buffer = input, desc = 'Cancel the reply or the edit' })
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

--- Show the chat and start writing.
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

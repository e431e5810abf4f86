-- The chat: messages in a side window, an input below them, and what is unread.
local events = require('peerline.events')
local input = require('peerline.chat_input')
local layout = require('peerline.chat_layout')
local lsp = require('peerline.lsp')
local reactions = require('peerline.reactions')
local text = require('peerline.text')
local ui = require('peerline.ui')
local unread = require('peerline.unread')
local window = require('peerline.chat_window')

local M = {}

M.messages = {}
-- How many messages are kept; more if older ones were asked for.
M.room = 1000
M.complete = input.complete

-- The message above which the "New" line is.
local divider = nil

local function status()
  return require('peerline.status')
end

local function index_of(id)
  for index, message in ipairs(M.messages) do
    if message.id == id then
      return index
    end
  end
end

local function render()
  local options = { divider = divider, me = status().state.username, now = os.time() }
  window.show(window.exists() and layout.blocks(M.messages, options) or {})
end

--- Note that the user sees the end of the messages, if so.
local function see()
  if unread.count > 0 and window.is_at_end() then
    unread.read(M.messages)
    M.update_title()
    status().changed()
  end
end

local function writers()
  local names = {}
  for _, person in ipairs(require('peerline.participants').list) do
    if person.is_writing and not person.is_me then
      names[#names + 1] = text.line(person.username, 16)
    end
  end
  return #names > 0 and table.concat(names, ', ') .. (#names == 1 and ' is typing' or ' are typing') or nil
end

--- Show the session, what is unread below and who is typing in the title of the chat's windows.
function M.update_title()
  local win = window.log_window()
  if win then
    local state = status().state
    local title = state.state == 'joined' and (state.title or 'Chat') or state.state
    local below = unread.count > 0 and not window.is_at_end()
    local hint = below and ('%d new below'):format(unread.count) or writers() or 'g? keys'
    local room = math.max(6, vim.api.nvim_win_get_width(win) - vim.fn.strdisplaywidth(hint) - 4)
    -- In a winbar, % begins an item.
    vim.wo[win].winbar = (' %s%%=%%#%s#%s '):format(
      text.line(title, room):gsub('%%', '%%%%'),
      below and 'PeerlineNew' or 'PeerlineSystem',
      (hint:gsub('%%', '%%%%'))
    )
  end
  input.update_title()
end

--- Announce messages that were not seen here.
local function announce(messages)
  for _, message in ipairs(messages) do
    if message.mentions_me then
      text.notify(message.username .. ' mentions you: ' .. message.content)
    end
    events.emit('Message', message)
  end
end

local function apply(params)
  for _, id in ipairs(params.removed or {}) do
    local place = index_of(id)
    if place then
      table.remove(M.messages, place)
    end
  end
  local new = {}
  for _, message in ipairs(params.messages) do
    local place = message.kind == 'chat' and index_of(message.id)
    M.messages[place or #M.messages + 1] = message
    -- An edit, a deletion or a reaction is nothing new to read.
    if not place and not params.reset and message.kind == 'chat' and not message.is_me then
      new[#new + 1] = message
    end
  end
  while #M.messages > M.room do
    table.remove(M.messages, 1)
  end
  return new
end

--- Handle peerline/chat.
---@param params {reset: boolean, prepend: boolean, messages: table[], removed: string[]}
function M.update(params)
  if params.prepend then
    M.messages = vim.list_extend(params.messages, M.messages)
    M.room = math.max(M.room, #M.messages)
    render()
    return
  end
  if params.reset then
    M.messages = {}
    M.room = 1000
    unread.reset()
  end
  local is_seen = window.is_at_end()
  local new = apply(params)
  local had_unread = unread.count > 0
  unread.update(M.messages)
  if is_seen then
    unread.read(M.messages)
  elseif not had_unread and unread.first then
    divider = unread.first
  end
  if not is_seen then
    announce(new)
  end
  render()
  M.update_title()
  status().changed()
end

--- A session was joined: what was seen of it before counts.
---@param session_id string
function M.begin(session_id)
  unread.begin(session_id, M.messages)
  divider = unread.first
  if window.is_at_end() then
    unread.read(M.messages)
  end
  render()
end

--- The session was left: nothing is unread any more.
function M.finish()
  unread.finish()
  divider = nil
  window.forget()
  render()
end

--- Send a message; `done(refusal)` is called when everybody has it, or it waits for the server
--- (then the chat shows it as pending), or it was refused.
---@param content string
---@param done fun(refusal: string?)? a refusal is shown if it is left out
function M.send(content, done)
  lsp.command('sendChat', { content = content }, done)
end

local function edit(message)
  if message.is_me then
    input.edit(message)
  else
    text.notify('only the author of a message can edit it', vim.log.levels.WARN)
  end
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

local function set_up_log(buf)
  vim.bo[buf].modifiable = false
  local function map(key, action, description)
    vim.keymap.set('n', key, action, { buffer = buf, nowait = true, desc = description })
  end
  local function on_message(key, action, description)
    map(key, function()
      local message = M.messages[window.index_at(vim.fn.line('.'))]
      if message and message.kind == 'chat' and not message.is_deleted then
        action(message)
      end
    end, description)
  end
  on_message('r', input.reply, 'Reply to the message')
  on_message('e', edit, 'Edit my message')
  on_message('x', delete, 'Delete the message')
  on_message('+', reactions.toggle, 'React to the message, or take it back')
  map('<BS>', load_older, 'Show older messages')
  map('i', M.open, 'Write a message')
  map(']]', function()
    window.step(1)
  end, 'Next message')
  map('[[', function()
    window.step(-1)
  end, 'Previous message')
  vim.api.nvim_create_autocmd('CursorMoved', { buffer = buf, callback = see })
end

local function sent()
  divider = nil
  unread.read(M.messages)
  render()
  local win = window.log_window()
  if win then
    vim.api.nvim_win_set_cursor(win, { vim.api.nvim_buf_line_count(window.log), 0 })
  end
  M.update_title()
  status().changed()
end

local create_buffers

--- The user has deleted a buffer, or has edited it again and sees it empty now.
local function gone(buf)
  window.gone(buf)
  vim.schedule(function()
    if vim.api.nvim_buf_is_loaded(buf) and #vim.fn.win_findbuf(buf) > 0 then
      create_buffers()
      render()
      M.update_title()
    end
  end)
end

local function create(name, filetype)
  local buf = ui.scratch(name, filetype, gone)
  vim.keymap.set('n', 'q', M.close, { buffer = buf, nowait = true, desc = 'Close the chat' })
  ui.hints(buf, 'Chat')
  return buf
end

--- Make those of the two buffers that are missing.
function create_buffers()
  local group = vim.api.nvim_create_augroup('peerline_chat', { clear = true })
  if not window.log then
    window.log = create('peerline://chat', 'peerline-chat')
    set_up_log(window.log)
  end
  if not window.input then
    window.input = create('peerline://chat-input', 'peerline-chat-input')
    input.setup(window.input, sent)
  end
  vim.api.nvim_create_autocmd('VimResized', { group = group, callback = window.resize })
  -- A window that is closed with :q goes without asking.
  vim.api.nvim_create_autocmd('BufWinLeave', {
    group = group,
    buffer = window.log,
    callback = window.remember,
  })
  vim.api.nvim_create_autocmd('WinScrolled', { group = group, callback = see })
end

--- Show the chat and start writing.
function M.open()
  create_buffers()
  divider = unread.first or divider
  render()
  window.open(unread.first)
  see()
  M.update_title()
  status().changed()
  vim.cmd.startinsert({ bang = true })
end

--- Hide the chat.
function M.close()
  window.close()
  divider = unread.first
  render()
end

return M

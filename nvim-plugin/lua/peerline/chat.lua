-- The chat: its messages in a side split, a line to write in below, the count of unread ones.

local config = require('peerline.config')
local highlights = require('peerline.highlights')
local input = require('peerline.input')
local lsp = require('peerline.lsp')
local notify = require('peerline.notify')
local participants = require('peerline.participants')
local status = require('peerline.status')
local text = require('peerline.text')
local windows = require('peerline.windows')

local M = {}

local namespace = vim.api.nvim_create_namespace('peerline.chat')
M.namespace = namespace
local KEEP_MESSAGES = 1000
local INPUT_HEIGHT = 3

local messages = {} ---@type table[] EditorChatMessage, oldest first
local line_counts = {} ---@type integer[] how many lines each message takes
local unread = 0
local last_read = nil ---@type string? id of the newest message that was in view
local reply_to = nil ---@type table? the message that the next one answers
local log_buffer = nil ---@type integer?
local input_buffer = nil ---@type integer?
local is_sending = false

--- How many messages of others have not been in view.
--- @return integer
function M.unread()
  return unread
end

local function is_visible()
  return windows.window_of(log_buffer) ~= nil
end

local function mark_read()
  unread = 0
  last_read = messages[#messages] and messages[#messages].id or last_read
end

local function find(id)
  for index = #messages, 1, -1 do
    if messages[index].id == id then
      return messages[index]
    end
  end
  return nil
end

--- The lines of a message and where in them what is highlighted.
--- @param message table
--- @return string[] lines
--- @return { row: integer, col: integer, end_col: integer, group: string }[] spans
local function format(message)
  local clock = text.clock(message.timestamp or '')
  if message.kind == 'system' then
    local line = ('%s — %s'):format(clock, text.one_line(message.content))
    return { line }, { { row = 0, col = 0, end_col = #line, group = 'PeerlineSystem' } }
  end
  local name = text.name(message.username)
  local head = ('%s %s'):format(clock, name)
  local spans = {
    { row = 0, col = 0, end_col = #clock, group = 'PeerlineTime' },
    {
      row = 0,
      col = #clock + 1,
      end_col = #head,
      group = highlights.group('Text', message.color),
    },
  }
  local parent = message.parent_id and find(message.parent_id)
  if parent then
    local start = #head
    local quote = text.truncate(text.one_line(parent.content), 20)
    head = ('%s ↳ %s: %s'):format(head, text.name(parent.username), quote)
    table.insert(spans, { row = 0, col = start, end_col = #head, group = 'PeerlineSystem' })
  end
  local lines = { head }
  for _, line in ipairs(text.lines(message.content)) do
    table.insert(lines, '  ' .. line)
    if message.mentions_me then
      local span = { row = #lines - 1, col = 2, end_col = #line + 2, group = 'PeerlineMention' }
      table.insert(spans, span)
    end
  end
  return lines, spans
end

local function scroll_to_end()
  for _, win in ipairs(vim.fn.win_findbuf(log_buffer)) do
    vim.api.nvim_win_set_cursor(win, { vim.api.nvim_buf_line_count(log_buffer), 0 })
  end
end

local function drop_oldest()
  local removed = 0
  while #messages > KEEP_MESSAGES do
    table.remove(messages, 1)
    removed = removed + table.remove(line_counts, 1)
  end
  if removed > 0 then
    windows.set_lines(log_buffer, 0, removed, {})
  end
end

local function append(added)
  local lines, spans = {}, {}
  for _, message in ipairs(added) do
    table.insert(messages, message)
    local own_lines, own_spans = format(message)
    for _, span in ipairs(own_spans) do
      span.row = span.row + #lines
      table.insert(spans, span)
    end
    vim.list_extend(lines, own_lines)
    table.insert(line_counts, #own_lines)
  end
  if #lines == 0 then
    return
  end
  local is_empty = #messages == #added
  local first = is_empty and 0 or vim.api.nvim_buf_line_count(log_buffer)
  windows.set_lines(log_buffer, first, -1, lines)
  for _, span in ipairs(spans) do
    vim.api.nvim_buf_set_extmark(log_buffer, namespace, first + span.row, span.col, {
      end_col = span.end_col,
      hl_group = span.group,
    })
  end
  drop_oldest()
  scroll_to_end()
end

local function is_from_others(message)
  return message.kind == 'chat' and not message.is_me
end

local function announce(message)
  local said = ('%s: %s'):format(text.name(message.username), message.content)
  if message.mentions_me then
    notify.info('you are mentioned by ' .. said)
  end
end

local function count_unread(added)
  if is_visible() then
    mark_read()
    return
  end
  for _, message in ipairs(added) do
    if is_from_others(message) then
      unread = unread + 1
      announce(message)
    end
  end
end

--- How many of the messages of others come after the one that was read last.
local function count_after_last_read()
  local count = 0
  for index = #messages, 1, -1 do
    if messages[index].id == last_read then
      return count
    end
    count = count + (is_from_others(messages[index]) and 1 or 0)
  end
  -- What was said before one came is history, not news.
  return 0
end

local function on_chat(params)
  M.ensure_buffers()
  if params.reset then
    messages, line_counts = {}, {}
    windows.set_lines(log_buffer, 0, -1, {})
    vim.api.nvim_buf_clear_namespace(log_buffer, namespace, 0, -1)
  end
  local added = params.messages or {}
  append(added)
  if params.reset then
    unread = count_after_last_read()
    if is_visible() or last_read == nil then
      mark_read()
    end
  else
    count_unread(added)
  end
  vim.cmd.redrawstatus({ bang = true })
end

local function show_hint()
  local win = windows.window_of(input_buffer)
  if not win then
    return
  end
  local hint = '%#PeerlineSystem#<CR> send  @name<Tab>'
  if reply_to then
    hint = '%#Title#reply to ' .. text.escape_statusline(text.name(reply_to.username))
  end
  vim.wo[win].winbar = hint
end

--- Send what is written; it stays written until the server has taken it.
local function send_written()
  local content = input.written(input_buffer)
  if content == '' or is_sending then
    return
  end
  is_sending = true
  local sent_lines = vim.api.nvim_buf_get_lines(input_buffer, 0, -1, false)
  M.send(content, function(failure)
    is_sending = false
    if failure then
      notify.error(failure)
      return
    end
    local now_lines = vim.api.nvim_buf_get_lines(input_buffer, 0, -1, false)
    -- What was typed on while it was on its way is the next draft.
    if vim.deep_equal(now_lines, sent_lines) then
      vim.api.nvim_buf_set_lines(input_buffer, 0, -1, false, {})
    end
    reply_to = nil
    show_hint()
  end)
end

--- Say something to everybody.
--- @param content string
--- @param done fun(failure: string?)? default: show a failure
function M.send(content, done)
  local arguments = { content = content, parent_id = reply_to and reply_to.id or nil }
  lsp.execute('peerline.sendChat', arguments, done or function(failure)
    if failure then
      notify.error(failure)
      M.keep_draft(content)
    end
  end)
end

--- Put a text that was refused where it can be sent again.
--- @param content string
function M.keep_draft(content)
  M.ensure_buffers()
  if input.written(input_buffer) == '' then
    vim.api.nvim_buf_set_lines(input_buffer, 0, -1, false, vim.split(content, '\n'))
  end
end

--- Completion of `@name` in the input (see |complete-functions|).
--- @param findstart integer
--- @param base string
function M.complete(findstart, base)
  if findstart == 1 then
    local before = vim.api.nvim_get_current_line():sub(1, vim.api.nvim_win_get_cursor(0)[2])
    local start = before:find('@[^@]*$')
    return start and start - 1 or -3
  end
  local lead = vim.fn.tolower((base:gsub('^@', '')))
  local items = {}
  for _, participant in ipairs(participants.all()) do
    local name = text.one_line(participant.username)
    if not participant.is_me and vim.startswith(vim.fn.tolower(name), lead) then
      table.insert(items, {
        word = '@' .. name,
        menu = participant.role,
        user_data = participant.user_id,
        dup = 1,
      })
    end
  end
  return items
end

local function complete_on_tab()
  if vim.fn.pumvisible() == 1 then
    return '<C-n>'
  end
  local before = vim.api.nvim_get_current_line():sub(1, vim.api.nvim_win_get_cursor(0)[2])
  return before:find('@[^@]*$') and '<C-x><C-o>' or '<Tab>'
end

local function message_at(row)
  for index, count in ipairs(line_counts) do
    row = row - count
    if row <= 0 then
      return messages[index]
    end
  end
  return nil
end

local function reply()
  local message = message_at(vim.api.nvim_win_get_cursor(0)[1])
  if message and message.kind == 'chat' then
    reply_to = message
    show_hint()
    M.open()
  end
end

local function create_log()
  log_buffer = windows.new_buffer('peerline-chat')
  vim.bo[log_buffer].modifiable = false
  vim.keymap.set('n', 'r', reply, { buffer = log_buffer, desc = 'Peerline: reply' })
  vim.keymap.set('n', 'i', M.open, { buffer = log_buffer, desc = 'Peerline: write' })
  vim.keymap.set('n', 'q', M.close, { buffer = log_buffer, desc = 'Peerline: close' })
end

local function create_input()
  input_buffer = windows.new_buffer('peerline-input')
  vim.bo[input_buffer].omnifunc = "v:lua.require'peerline.chat'.complete"
  input.map_keys(input_buffer, send_written)
  local options = { buffer = input_buffer, expr = true, desc = 'Peerline: complete @name' }
  vim.keymap.set('i', '<Tab>', complete_on_tab, options)
  vim.keymap.set('n', 'q', M.close, { buffer = input_buffer, desc = 'Peerline: close' })
  vim.keymap.set('n', '<Esc>', function()
    reply_to = nil
    show_hint()
  end, { buffer = input_buffer, desc = 'Peerline: no reply' })
end

--- Make the two buffers, again if the user has wiped them out.
function M.ensure_buffers()
  if not log_buffer or not vim.api.nvim_buf_is_valid(log_buffer) then
    create_log()
    local kept = messages
    messages, line_counts = {}, {}
    append(kept)
  end
  if not input_buffer or not vim.api.nvim_buf_is_valid(input_buffer) then
    create_input()
  end
end

--- Open the chat, or go to its input.
function M.open()
  M.ensure_buffers()
  local log_window = windows.window_of(log_buffer)
  if not log_window then
    local width = math.min(config.options.chat.width, math.floor(vim.o.columns / 2))
    local options = { split = 'right', win = -1, width = width }
    log_window = windows.open_panel(log_buffer --[[@as integer]], options)
    vim.wo[log_window].winbar = '%#Title#Chat %#PeerlineSystem#r reply  i write  q close'
  end
  local input_window = windows.window_of(input_buffer)
  if not input_window then
    local options = { split = 'below', win = log_window, height = INPUT_HEIGHT }
    input_window = windows.open_panel(input_buffer --[[@as integer]], options)
    vim.wo[input_window].winfixheight = true
  end
  show_hint()
  scroll_to_end()
  mark_read()
  vim.api.nvim_set_current_win(input_window)
  vim.cmd.startinsert({ bang = true })
end

--- Close the chat; what is written stays.
function M.close()
  for _, buf in ipairs({ input_buffer, log_buffer }) do
    local win = windows.window_of(buf)
    if win then
      pcall(vim.api.nvim_win_close, win, true)
    end
  end
  vim.cmd.stopinsert()
end

function M.setup()
  lsp.on('peerline/chat', on_chat)
  status.on_change(function(new, old)
    if new.session_id and old.session_id and new.session_id ~= old.session_id then
      last_read, reply_to = nil, nil
    end
  end)
end

return M

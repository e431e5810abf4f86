-- The input of the chat: writes, replies, edits and sends messages.
local defaults = require('peerline.defaults')
local lsp = require('peerline.lsp')
local text = require('peerline.text')
local window = require('peerline.chat_window')

local M = {}

local reply_to, editing = nil, nil
local is_sending = false
local last_typing = -math.huge
local on_sent = function() end

--- Show the keys of the input, and which message is answered.
function M.update_title()
  local win = window.input_window()
  if not win then
    return
  end
  local what = editing and '✎ edit '
    or reply_to and ('↳ ' .. text.line(reply_to.username, 24):gsub('%%', '%%%%') .. ' ')
    or ' '
  vim.wo[win].winbar = what .. '%<<CR> send · <C-j> new line'
end

--- Go to the input, which the user may have closed or deleted.
local function write()
  require('peerline.chat').open()
end

--- Write a reply to a message.
---@param message table
function M.reply(message)
  reply_to, editing = message, nil
  write()
end

--- Edit one of the user's own messages.
---@param message table
function M.edit(message)
  editing, reply_to = message, nil
  write()
  vim.api.nvim_buf_set_lines(window.input, 0, -1, false, vim.split(message.content, '\n'))
end

local function cancel()
  reply_to, editing = nil, nil
  M.update_title()
end

local function send()
  local content = table.concat(vim.api.nvim_buf_get_lines(window.input, 0, -1, false), '\n')
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
    if window.input then
      vim.api.nvim_buf_set_lines(window.input, 0, -1, false, { '' })
    end
    cancel()
    on_sent()
  end
  if editing then
    lsp.command('editMessage', { message_id = editing.id, content = content }, done)
  else
    local parent_id = reply_to and reply_to.id
    lsp.command('sendChat', { content = content, parent_id = parent_id }, done)
  end
end

--- Tell the others that the user is typing.
local function tell_typing()
  local now = vim.uv.now()
  if now - last_typing > defaults.typing_report_seconds * 1000 then
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
  local wanted = vim.fn.tolower(base:sub(2))
  return vim.iter(require('peerline.participants').names())
    :filter(function(name)
      return vim.startswith(vim.fn.tolower(name), wanted)
    end)
    :map(function(name)
      return '@' .. name .. ' '
    end)
    :totable()
end

--- Give the input its keys.
---@param buf integer
---@param sent fun() called when a message was sent
function M.setup(buf, sent)
  on_sent = sent
  vim.bo[buf].omnifunc = "v:lua.require'peerline.chat'.complete"
  vim.api.nvim_create_autocmd('TextChangedI', { buffer = buf, callback = tell_typing })
  vim.keymap.set({ 'n', 'i' }, '<CR>', send, { buffer = buf, desc = 'Send' })
  vim.keymap.set('i', '<C-j>', function()
    vim.api.nvim_put({ '', '' }, 'c', false, true)
  end, { buffer = buf, desc = 'New line' })
  vim.keymap.set('i', '<Tab>', '<C-x><C-o>', { buffer = buf, desc = 'Complete a name after @' })
  vim.keymap.set('n', '<Esc>', cancel, { buffer = buf, desc = 'Cancel the reply or the edit' })
end

return M

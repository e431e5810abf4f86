-- Comments at their lines: a sign and the beginning of the text; the thread in a float.
local config = require('peerline.config')
local lsp = require('peerline.lsp')
local pending = require('peerline.pending')
local text = require('peerline.text')
local ui = require('peerline.ui')

local M = {}

M.namespace = vim.api.nvim_create_namespace('peerline_comments')

local threads_of = {}

local function buffer_of(uri)
  local buf = vim.fn.bufnr(vim.uri_to_fname(uri))
  return buf ~= -1 and vim.api.nvim_buf_is_loaded(buf) and buf or nil
end

local function summary(thread, width)
  local answers = #thread.replies > 0 and (' (%d)'):format(#thread.replies) or ''
  local note = pending.note(thread, 40)
  return text.line(thread.username .. ': ' .. thread.content, width) .. answers .. (note and ' ' .. note or '')
end

--- Show the threads of a buffer.
---@param buf integer
function M.refresh(buf)
  vim.api.nvim_buf_clear_namespace(buf, M.namespace, 0, -1)
  local last = vim.api.nvim_buf_line_count(buf) - 1
  local width = config.options.comment_width
  for _, thread in ipairs(threads_of[vim.uri_from_bufnr(buf)] or {}) do
    if not thread.outdated and thread.line <= last then
      vim.api.nvim_buf_set_extmark(buf, M.namespace, thread.line, 0, {
        sign_text = '¶',
        sign_hl_group = 'PeerlineComment',
        virt_text = width > 0 and { { ' ¶ ' .. summary(thread, width), 'PeerlineComment' } } or nil,
        virt_text_pos = 'eol',
        priority = 30,
      })
    end
  end
end

--- Take over peerline/comments.
---@param params {uri: string, threads: table[]}
function M.update(params)
  threads_of[params.uri] = params.threads
  local buf = buffer_of(params.uri)
  if buf then
    M.refresh(buf)
  end
  M.refresh_float()
end

--- Remove everything.
function M.clear()
  threads_of = {}
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    vim.api.nvim_buf_clear_namespace(buf, M.namespace, 0, -1)
  end
end

--- The thread at the cursor's line.
---@return table?
function M.at_cursor()
  local row = vim.fn.line('.') - 1
  for _, thread in ipairs(threads_of[vim.uri_from_bufnr(0)] or {}) do
    if not thread.outdated and row >= thread.line and row <= thread.end_line then
      return thread
    end
  end
end

local function thread_by_id(id)
  for _, threads in pairs(threads_of) do
    for _, thread in ipairs(threads) do
      if thread.id == id then
        return thread
      end
    end
  end
end

local function thread_lines(thread)
  local lines = {}
  local function add(item)
    local time = item.timestamp:gsub('T', ' '):gsub(':%d%dZ$', '')
    local note = pending.note(item, 60)
    lines[#lines + 1] = text.line(item.username, 40) .. '  ' .. time .. (note and '  ' .. note or '')
    for _, line in ipairs(text.lines(item.content)) do
      lines[#lines + 1] = '  ' .. line
    end
  end
  add(thread)
  for _, reply in ipairs(thread.replies) do
    lines[#lines + 1] = ''
    add(reply)
  end
  return lines
end

local float = nil

--- Bring an open thread up to date; close it when it was resolved.
function M.refresh_float()
  if not float or not vim.api.nvim_win_is_valid(float.win) then
    float = nil
    return
  end
  local thread = thread_by_id(float.id)
  if not thread then
    vim.api.nvim_win_close(float.win, true)
    float = nil
    return
  end
  local lines = thread_lines(thread)
  vim.bo[float.buf].modifiable = true
  vim.api.nvim_buf_set_lines(float.buf, 0, -1, false, lines)
  vim.bo[float.buf].modifiable = false
  vim.api.nvim_win_set_height(float.win, math.min(#lines, math.floor(vim.o.lines * 0.6)))
end

local function with_thread(action)
  local thread = float and vim.api.nvim_get_current_win() == float.win and thread_by_id(float.id)
    or M.at_cursor()
  if thread then
    action(thread)
  else
    text.notify('there is no comment on this line', vim.log.levels.WARN)
  end
end

--- Show the thread at the cursor in a float.
function M.open_thread()
  with_thread(function(thread)
    local function close()
      if float and vim.api.nvim_win_is_valid(float.win) then
        vim.api.nvim_win_close(float.win, true)
      end
      float = nil
    end
    local buf, win = ui.read(thread_lines(thread), {
      title = 'Comment',
      footer = 'r reply · x resolve · q close',
      keys = {
        r = function()
          M.reply('')
        end,
        x = M.resolve,
        q = close,
        ['<Esc>'] = close,
      },
    })
    float = { buf = buf, win = win, id = thread.id }
  end)
end

--- Comment lines of the current buffer; without text, in a float.
---@param content string
---@param first integer 1-based
---@param last integer 1-based
function M.add(content, first, last)
  local buf = vim.api.nvim_get_current_buf()
  if not lsp.is_attached(buf) then
    text.notify('this buffer is not a file of the session', vim.log.levels.WARN)
    return
  end
  local function send(body, done)
    local arguments = { uri = vim.uri_from_bufnr(buf), line = first - 1, content = body }
    if last > first then
      arguments.end_line = last - 1
    end
    lsp.command('addComment', arguments, done)
  end
  if content ~= '' then
    send(content)
  else
    ui.write({ title = 'Comment line ' .. first, send = send })
  end
end

--- Answer the thread at the cursor; without text, in a float.
---@param content string
function M.reply(content)
  with_thread(function(thread)
    local function send(body, done)
      lsp.command('reply', { comment_id = thread.id, content = body }, done)
    end
    if content ~= '' then
      send(content)
    else
      ui.write({ title = 'Reply to ' .. thread.username, send = send })
    end
  end)
end

--- Resolve the thread at the cursor.
function M.resolve()
  with_thread(function(thread)
    lsp.command('resolve', { comment_id = thread.id, resolved = true })
  end)
end

--- List all threads of the open files in the quickfix window, outdated ones too.
function M.list()
  local items = {}
  for uri, threads in pairs(threads_of) do
    for _, thread in ipairs(threads) do
      items[#items + 1] = {
        filename = vim.uri_to_fname(uri),
        lnum = thread.line + 1,
        text = (thread.outdated and '[outdated] ' or '') .. summary(thread, 120),
      }
    end
  end
  if #items == 0 then
    text.notify('there are no open comments in the open files')
    return
  end
  vim.fn.setqflist({}, ' ', { title = 'Peerline comments', items = items })
  vim.cmd.copen()
end

return M

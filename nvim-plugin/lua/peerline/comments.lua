-- Comments at their lines: a sign and the beginning of the text, and the thread in a float.
local config = require('peerline.config')
local lsp = require('peerline.lsp')
local pending = require('peerline.pending')
local text = require('peerline.text')
local ui = require('peerline.ui')

local M = {}

M.namespace = vim.api.nvim_create_namespace('peerline_comments')

local MAX_SIGNS = 200
local threads_of = {}
-- The outdated thread that the next :Peerline reattach attaches.
local picked = nil

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
      -- A line that was changed since is only taken for the one that was meant.
      local mark = thread.confidence < 1 and ' ¶ ~ ' or ' ¶ '
      vim.api.nvim_buf_set_extmark(buf, M.namespace, thread.line, 0, {
        sign_text = '¶',
        sign_hl_group = 'PeerlineComment',
        virt_text = width > 0 and { { mark .. summary(thread, width), 'PeerlineComment' } } or nil,
        virt_text_pos = 'eol',
        priority = 30,
      })
      for row = thread.line + 1, math.min(thread.end_line, last, thread.line + MAX_SIGNS) do
        vim.api.nvim_buf_set_extmark(buf, M.namespace, row, 0, {
          sign_text = '│',
          sign_hl_group = 'PeerlineComment',
          priority = 29,
        })
      end
    end
  end
end

--- Handle peerline/comments.
---@param params {uri: string, threads: table[]}
function M.update(params)
  threads_of[params.uri] = params.threads
  local buf = buffer_of(params.uri)
  if buf then
    M.refresh(buf)
  end
  M.refresh_float()
end

local refreshing = {}

local function refresh_soon(uri)
  if refreshing[uri] then
    return
  end
  refreshing[uri] = true
  vim.schedule(function()
    refreshing[uri] = nil
    local buf = buffer_of(uri)
    if buf then
      M.refresh(buf)
    end
    M.refresh_float()
  end)
end

--- Handle peerline/commentChanges.
---@param params {uri: string, threads: table[], moved: table[], removed: string[]}
function M.change(params)
  local changed, kept = {}, {}
  for _, thread in ipairs(params.threads or {}) do
    changed[thread.id] = thread
  end
  local moved = {}
  for _, place in ipairs(params.moved or {}) do
    moved[place.id] = place
  end
  local removed = {}
  for _, id in ipairs(params.removed or {}) do
    removed[id] = true
  end
  for _, thread in ipairs(threads_of[params.uri] or {}) do
    if not removed[thread.id] then
      local place = moved[thread.id]
      kept[#kept + 1] = changed[thread.id] or place and vim.tbl_extend('force', thread, place) or thread
      changed[thread.id] = nil
    end
  end
  for _, thread in ipairs(params.threads or {}) do
    if changed[thread.id] then
      kept[#kept + 1] = thread
    end
  end
  threads_of[params.uri] = kept
  refresh_soon(params.uri)
end

--- Remove everything.
function M.clear()
  threads_of = {}
  picked = nil
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    vim.api.nvim_buf_clear_namespace(buf, M.namespace, 0, -1)
  end
end

--- Every thread of the open files, outdated ones too.
---@return {uri: string, thread: table}[]
function M.all()
  local found = {}
  for uri, threads in pairs(threads_of) do
    for _, thread in ipairs(threads) do
      found[#found + 1] = { uri = uri, thread = thread }
    end
  end
  return found
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

--- Update an open thread; close it if it was resolved.
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

--- Reply to the thread at the cursor; without text, in a float.
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

local function where(thread)
  return ('%s:%d'):format(text.reveal(thread.file), thread.line + 1)
end

local function ask_outdated(done)
  lsp.command('listComments', { outdated_only = true }, function(refusal, result)
    if refusal then
      text.notify(refusal, vim.log.levels.WARN)
    elseif #result.threads == 0 then
      text.notify('no comment is outdated')
    else
      done(result.threads)
    end
  end)
end

--- List the outdated comments of all files with their lines; <CR> picks one to reattach.
function M.outdated()
  ask_outdated(function(threads)
    local lines, thread_at = {}, {}
    local function add(line, thread)
      lines[#lines + 1] = line
      thread_at[#lines] = thread
    end
    for number, thread in ipairs(threads) do
      if number > 1 then
        add('', thread)
      end
      local here = thread.uri and '' or '  (no such file here)'
      add(where(thread) .. here, thread)
      for _, line in ipairs(text.lines(thread.code_snippet)) do
        add('│ ' .. line, thread)
      end
      add('  ' .. summary(thread, 120), thread)
    end
    local win
    local function close()
      if win and vim.api.nvim_win_is_valid(win) then
        vim.api.nvim_win_close(win, true)
      end
    end
    _, win = ui.read(lines, {
      title = 'Outdated comments',
      footer = '<CR> reattach · q close',
      keys = {
        ['<CR>'] = function()
          picked = thread_at[vim.fn.line('.')]
          close()
          text.notify('go to its line, or select lines, then :Peerline reattach')
        end,
        q = close,
        ['<Esc>'] = close,
      },
    })
  end)
end

--- Attach an outdated thread to lines of the current buffer: the picked one, or one to choose.
---@param first integer 1-based
---@param last integer 1-based
function M.reattach(first, last)
  local buf = vim.api.nvim_get_current_buf()
  if not lsp.is_attached(buf) then
    text.notify('this buffer is not a file of the session', vim.log.levels.WARN)
    return
  end
  local function send(thread)
    if not thread then
      return
    end
    picked = nil
    local arguments = { comment_id = thread.id, uri = vim.uri_from_bufnr(buf), line = first - 1 }
    if last > first then
      arguments.end_line = last - 1
    end
    lsp.command('reattach', arguments)
  end
  if picked then
    send(picked)
    return
  end
  ask_outdated(function(threads)
    vim.ui.select(threads, {
      prompt = 'Comment to attach here',
      format_item = function(thread)
        return where(thread) .. '  ' .. summary(thread, 80)
      end,
    }, send)
  end)
end

--- List all threads of the open files in the quickfix window, outdated ones too.
function M.list()
  local items = {}
  for _, entry in ipairs(M.all()) do
    local thread = entry.thread
    -- The lines an outdated comment was about; its line number is not one of this text.
    local was = thread.outdated and '[outdated: ' .. text.line(thread.code_snippet, 40) .. '] ' or ''
    items[#items + 1] = {
      filename = vim.uri_to_fname(entry.uri),
      lnum = thread.outdated and 0 or thread.line + 1,
      text = was .. summary(thread, 120),
    }
  end
  if #items == 0 then
    text.notify('the open files have no unresolved comments')
    return
  end
  vim.fn.setqflist({}, ' ', { title = 'Peerline comments', items = items })
  vim.cmd.copen()
end

return M

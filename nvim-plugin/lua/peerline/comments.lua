-- Comment threads: marks on their lines, and the commands that write, answer and settle them.

local config = require('peerline.config')
local highlights = require('peerline.highlights')
local input = require('peerline.input')
local lsp = require('peerline.lsp')
local notify = require('peerline.notify')
local positions = require('peerline.positions')
local status = require('peerline.status')
local text = require('peerline.text')

local M = {}

local namespace = vim.api.nvim_create_namespace('peerline.comments')
M.namespace = namespace

local by_uri = {} ---@type table<string, table[]> EditorThreads of each document
local marks = {} ---@type table<string, { buf: integer, id: integer }> by thread id
local listeners = {} ---@type fun(uri: string)[]
local last_resolved = nil ---@type string?
local SUMMARY_WIDTH = 60

--- Call `callback` when the threads of a document have changed.
--- @param callback fun(uri: string)
function M.on_change(callback)
  table.insert(listeners, callback)
end

local function is_shown(thread)
  return not thread.resolved and not thread.outdated
end

--- One line that says what a thread is about.
--- @param thread table
--- @return string
function M.summary(thread)
  local answers = #(thread.replies or {})
  local suffix = answers == 0 and '' or answers == 1 and ' (1 reply)' or (' (%d replies)'):format(answers)
  local line = text.name(thread.username) .. ': ' .. text.one_line(thread.content)
  return text.truncate(line, SUMMARY_WIDTH - #suffix) .. suffix
end

local function erase(uri)
  for _, thread in ipairs(by_uri[uri] or {}) do
    local mark = marks[thread.id]
    if mark and vim.api.nvim_buf_is_valid(mark.buf) then
      vim.api.nvim_buf_del_extmark(mark.buf, namespace, mark.id)
    end
    marks[thread.id] = nil
  end
end

local function draw(uri)
  local buf = positions.buffer_of(uri)
  if not buf then
    return
  end
  for _, thread in ipairs(by_uri[uri] or {}) do
    if is_shown(thread) then
      local options = {
        sign_text = '◆',
        sign_hl_group = highlights.group('Text', thread.color),
        priority = 20,
      }
      if config.options.comments.virtual_text then
        options.virt_text = { { '◆ ' .. M.summary(thread), 'PeerlineComment' } }
        options.virt_text_pos = 'eol'
      end
      local row = positions.clamp_row(buf, thread.line)
      local id = vim.api.nvim_buf_set_extmark(buf, namespace, row, 0, options)
      marks[thread.id] = { buf = buf, id = id }
    end
  end
end

local function on_comments(params)
  erase(params.uri)
  by_uri[params.uri] = params.threads or {}
  draw(params.uri)
  for _, callback in ipairs(listeners) do
    callback(params.uri)
  end
end

local function clear()
  for _, uri in ipairs(vim.tbl_keys(by_uri)) do
    on_comments({ uri = uri, threads = {} })
  end
  by_uri = {}
end

--- The row that a thread is on now: its mark moves with the text until the bridge speaks again.
local function row_of(thread)
  local mark = marks[thread.id]
  if mark and vim.api.nvim_buf_is_valid(mark.buf) then
    local place = vim.api.nvim_buf_get_extmark_by_id(mark.buf, namespace, mark.id, {})
    if place[1] then
      return place[1]
    end
  end
  return thread.line
end

--- A thread by its id.
--- @param id string
--- @return table?
function M.get(id)
  for _, threads in pairs(by_uri) do
    for _, thread in ipairs(threads) do
      if thread.id == id then
        return thread
      end
    end
  end
  return nil
end

--- The open threads of the buffer's document, or those on one row of it.
--- @param buf integer
--- @param row integer? 0-based
--- @return table[]
function M.threads_in(buf, row)
  local found = {}
  for uri, threads in pairs(by_uri) do
    if #threads > 0 and positions.buffer_of(uri) == buf then
      for _, thread in ipairs(threads) do
        if is_shown(thread) then
          local first = row_of(thread)
          local last = first + math.max(0, thread.end_line - thread.line)
          if not row or (row >= first and row <= last) then
            table.insert(found, thread)
          end
        end
      end
    end
  end
  return found
end

--- The thread on the cursor's line, or the first that is shown in the float there.
--- @return table?
function M.at_cursor()
  local buf = vim.api.nvim_get_current_buf()
  local thread = M.threads_in(buf, vim.api.nvim_win_get_cursor(0)[1] - 1)[1]
  if not thread then
    notify.warn('there is no comment on this line')
  end
  return thread
end

--- Comment on lines of the current file; without a text, ask for one.
--- @param first integer 0-based
--- @param last integer 0-based
--- @param content string?
function M.add(first, last, content)
  local buf = vim.api.nvim_get_current_buf()
  local client = lsp.client()
  if not client or not client.attached_buffers[buf] then
    local why = client and 'this is not a file of the workspace' or 'not in a session'
    notify.error(why)
    return
  end
  local function submit(written, done)
    lsp.execute('peerline.addComment', {
      uri = vim.uri_from_bufnr(buf),
      line = first,
      end_line = last > first and last or nil,
      content = written,
    }, done)
  end
  local key = ('comment:%d:%d'):format(buf, first)
  local options = { key = key, title = ('Comment on line %d'):format(first + 1) }
  M.submit_or_ask(options, content, submit)
end

--- Send a text, or ask for one; what was refused comes back as a draft.
--- @param options { key: string, title: string }
--- @param content string?
--- @param submit fun(content: string, done: fun(failure: string?))
function M.submit_or_ask(options, content, submit)
  if not content or content == '' then
    input.open(options, submit)
    return
  end
  submit(content, function(failure)
    if failure then
      notify.error(failure)
      input.open(vim.tbl_extend('force', options, { draft = content }), submit)
    end
  end)
end

--- Answer in a thread; without a text, ask for one.
--- @param thread table
--- @param content string?
function M.reply(thread, content)
  local options = { key = 'reply:' .. thread.id, title = 'Reply to ' .. M.summary(thread) }
  M.submit_or_ask(options, content, function(written, done)
    lsp.execute('peerline.reply', { comment_id = thread.id, content = written }, done)
  end)
end

--- Resolve a thread.
--- @param thread table
function M.resolve(thread)
  lsp.execute('peerline.resolve', { comment_id = thread.id, resolved = true }, function(failure)
    if failure then
      notify.error(failure)
    else
      last_resolved = thread.id
    end
  end)
end

--- Open again the thread that was resolved here last.
function M.reopen()
  if not last_resolved then
    notify.warn('no comment was resolved in this editor')
    return
  end
  lsp.execute('peerline.resolve', { comment_id = last_resolved, resolved = false })
end

local function list_item(uri, thread)
  return {
    filename = positions.path_of(uri) or uri,
    lnum = row_of(thread) + 1,
    text = M.summary(thread) .. (thread.outdated and ' [outdated]' or ''),
    type = 'I',
  }
end

local function by_place(one, other)
  if one.filename ~= other.filename then
    return one.filename < other.filename
  end
  return one.lnum < other.lnum
end

--- All open threads in the quickfix list.
function M.list()
  local items = {}
  for uri, threads in pairs(by_uri) do
    for _, thread in ipairs(threads) do
      if not thread.resolved then
        table.insert(items, list_item(uri, thread))
      end
    end
  end
  table.sort(items, by_place)
  vim.fn.setqflist({}, ' ', { title = 'Peerline comments', items = items })
  if #items == 0 then
    notify.info('there are no open comments')
  else
    vim.cmd.copen()
  end
end

--- The threads of the current file whose line is gone, in the location list.
function M.list_outdated()
  local items, buf = {}, vim.api.nvim_get_current_buf()
  for uri, threads in pairs(by_uri) do
    for _, thread in ipairs(threads) do
      if thread.outdated and not thread.resolved and positions.buffer_of(uri) == buf then
        table.insert(items, list_item(uri, thread))
      end
    end
  end
  table.sort(items, by_place)
  vim.fn.setloclist(0, {}, ' ', { title = 'Peerline outdated comments', items = items })
  if #items == 0 then
    notify.info('no comment of this file is outdated')
  else
    vim.cmd.lopen()
  end
end

function M.setup()
  lsp.on('peerline/comments', on_comments)
  lsp.on('exit', clear)
  status.on_change(function(new)
    if new.state == 'offline' then
      clear()
    end
  end)
  vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile', 'BufFilePost' }, {
    group = vim.api.nvim_create_augroup('peerline.comments', { clear = true }),
    callback = function(event)
      for uri in pairs(by_uri) do
        if positions.buffer_of(uri) == event.buf then
          erase(uri)
          draw(uri)
        end
      end
    end,
  })
end

return M

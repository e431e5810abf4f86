-- Comments at their lines: a sign and the beginning of the text, and the ways from one to the next.
local config = require('peerline.config')
local files = require('peerline.files')
local text = require('peerline.text')
local thread_view = require('peerline.thread_view')

local M = {}

M.namespace = vim.api.nvim_create_namespace('peerline_comments')

local MAX_SIGNS = 200
local threads_of = {}
local on_change = {}

--- Have `callback()` called when threads have changed.
---@param callback fun()
function M.on_change(callback)
  on_change[#on_change + 1] = callback
end

local function changed()
  for _, callback in ipairs(on_change) do
    callback()
  end
end

--- The threads of a buffer that have a place in it, from the top.
---@param buf integer
---@return table[]
function M.located(buf)
  local found = vim.tbl_filter(function(thread)
    return not thread.outdated
  end, threads_of[vim.uri_from_bufnr(buf)] or {})
  -- Those of one line in the order in which they were begun; what was not sent yet comes last.
  local order = {}
  for index, thread in ipairs(found) do
    order[thread] = index
  end
  table.sort(found, function(one, other)
    if one.line ~= other.line then
      return one.line < other.line
    elseif one.timestamp ~= other.timestamp then
      return one.timestamp < other.timestamp
    end
    return order[one] < order[other]
  end)
  return found
end

--- The threads whose lines include a row, from the top.
---@param buf integer
---@param row integer 0-based
---@return table[]
function M.at_row(buf, row)
  return vim.tbl_filter(function(thread)
    return row >= thread.line and row <= thread.end_line
  end, M.located(buf))
end

--- The threads at the cursor's line.
---@return table[]
function M.at_cursor()
  return M.at_row(vim.api.nvim_get_current_buf(), vim.fn.line('.') - 1)
end

--- The number of threads of a buffer that are shown at a line, and of those that are outdated.
---@param buf integer
---@return {located: integer, outdated: integer}
function M.count(buf)
  local count = { located = 0, outdated = 0 }
  for _, thread in ipairs(threads_of[vim.uri_from_bufnr(buf)] or {}) do
    local kind = thread.outdated and 'outdated' or 'located'
    count[kind] = count[kind] + 1
  end
  return count
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

--- A thread of the open files, and its document; nil if there is none of the id.
---@param id string
---@return table? thread
---@return string? uri
function M.by_id(id)
  for uri, threads in pairs(threads_of) do
    for _, thread in ipairs(threads) do
      if thread.id == id then
        return thread, uri
      end
    end
  end
end

local function sign(count)
  return count == 1 and '¶' or count < 10 and '¶' .. count or '¶+'
end

local function line_text(threads, width)
  -- A line that was changed since is only taken for the one that was meant.
  local mark = threads[1].confidence < 1 and ' ¶ ~ ' or ' ¶ '
  local others = #threads > 1 and (' +%d'):format(#threads - 1) or ''
  return mark .. thread_view.summary(threads[1], width - #others) .. others
end

--- Show the threads of a buffer.
---@param buf integer
function M.refresh(buf)
  vim.api.nvim_buf_clear_namespace(buf, M.namespace, 0, -1)
  local last = vim.api.nvim_buf_line_count(buf) - 1
  local width = config.options.comment_width
  local at_line = {}
  for _, thread in ipairs(M.located(buf)) do
    if thread.line <= last then
      at_line[thread.line] = at_line[thread.line] or {}
      table.insert(at_line[thread.line], thread)
      for row = thread.line + 1, math.min(thread.end_line, last, thread.line + MAX_SIGNS) do
        vim.api.nvim_buf_set_extmark(buf, M.namespace, row, 0, {
          sign_text = '│',
          sign_hl_group = 'PeerlineComment',
          priority = 29,
        })
      end
    end
  end
  for row, threads in pairs(at_line) do
    vim.api.nvim_buf_set_extmark(buf, M.namespace, row, 0, {
      sign_text = sign(#threads),
      sign_hl_group = 'PeerlineComment',
      virt_text = width > 0 and { { line_text(threads, width), 'PeerlineComment' } } or nil,
      virt_text_pos = 'eol',
      priority = 30,
    })
  end
end

--- Handle peerline/comments.
---@param params {uri: string, threads: table[]}
function M.update(params)
  threads_of[params.uri] = params.threads
  local buf = files.loaded(params.uri)
  if buf then
    M.refresh(buf)
  end
  changed()
end

local refreshing = {}

local function refresh_soon(uri)
  if refreshing[uri] then
    return
  end
  refreshing[uri] = true
  vim.schedule(function()
    refreshing[uri] = nil
    local buf = files.loaded(uri)
    if buf then
      M.refresh(buf)
    end
    changed()
  end)
end

--- Handle peerline/commentChanges.
---@param params {uri: string, threads: table[], moved: table[], removed: string[]}
function M.change(params)
  local news, kept = {}, {}
  for _, thread in ipairs(params.threads or {}) do
    news[thread.id] = thread
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
      kept[#kept + 1] = news[thread.id] or place and vim.tbl_extend('force', thread, place) or thread
      news[thread.id] = nil
    end
  end
  for _, thread in ipairs(params.threads or {}) do
    if news[thread.id] then
      kept[#kept + 1] = thread
    end
  end
  threads_of[params.uri] = kept
  refresh_soon(params.uri)
end

--- Remove everything.
function M.clear()
  threads_of = {}
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    vim.api.nvim_buf_clear_namespace(buf, M.namespace, 0, -1)
  end
  require('peerline.thread').forget()
  require('peerline.comment_lists').forget()
end

--- Move the cursor to the next line with a comment, or a previous one; over the end of the file as
--- a search does, with 'wrapscan'.
---@param count integer how many lines with comments further; negative for those above
function M.jump(count)
  local last = vim.api.nvim_buf_line_count(0)
  local rows = {}
  for _, thread in ipairs(M.located(0)) do
    local row = math.min(thread.line + 1, last)
    if rows[#rows] ~= row then
      rows[#rows + 1] = row
    end
  end
  local step = count < 0 and -1 or 1
  local row = vim.fn.line('.')
  for _ = 1, math.abs(count) do
    local beyond = vim.tbl_filter(function(each)
      return (each - row) * step > 0
    end, rows)
    local next = beyond[step > 0 and 1 or #beyond]
    if not next and vim.o.wrapscan then
      next = rows[step > 0 and 1 or #rows]
    end
    if not next then
      break
    end
    row = next
  end
  if row == vim.fn.line('.') then
    text.notify(#rows == 0 and 'no comment has a line in this file' or 'there is no other line with a comment')
    return
  end
  vim.cmd("normal! m'")
  vim.api.nvim_win_set_cursor(0, { row, 0 })
  vim.cmd('normal! ^zv')
end

--- Select the lines of the comment at the cursor, for an operator or in Visual mode.
function M.select_lines()
  local threads = M.at_cursor()
  local thread = threads[#threads]
  if not thread then
    text.notify('there is no comment on this line', vim.log.levels.WARN)
    return
  end
  local last = math.min(thread.end_line + 1, vim.api.nvim_buf_line_count(0))
  vim.cmd(('normal! %dGV%dG'):format(thread.line + 1, last))
end

--- The 'operatorfunc' that comments the lines of a motion.
function M.operator()
  local first = vim.api.nvim_buf_get_mark(0, '[')[1]
  local last = vim.api.nvim_buf_get_mark(0, ']')[1]
  require('peerline.comment_actions').add('', first, last)
end

return M

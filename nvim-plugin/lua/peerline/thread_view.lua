-- The lines in which threads are shown, with their highlights. Pure but for the buffers it reads.
local highlights = require('peerline.highlights')
local pending = require('peerline.pending')
local reactions = require('peerline.reactions')
local text = require('peerline.text')

local M = {}

---@class peerline.ThreadView
---@field lines string[]
---@field marks {[1]: integer, [2]: integer, [3]: integer, [4]: string}[] row, from, to, group
---@field markdown {[1]: integer, [2]: integer}[] rows with text of people: from, before
---@field at table<integer, {thread: table, item: table, suggestion: integer?}> by line, from 1

local function note(item, thread)
  local waits, group = pending.note(item, 60)
  if waits then
    return waits, group
  end
  local notes = {}
  if item == thread and thread.resolved then
    local by = thread.resolved_by and ' by ' .. text.line(thread.resolved_by, 24) or ''
    notes[#notes + 1] = 'resolved' .. by
  end
  if item == thread and thread.outdated then
    notes[#notes + 1] = 'outdated'
  elseif item == thread and thread.confidence < 1 then
    notes[#notes + 1] = 'line changed'
  end
  notes[#notes + 1] = item.is_deleted and 'deleted' or item.is_edited and 'edited' or nil
  notes[#notes + 1] = item.mentions_me and 'mentions you' or nil
  return #notes > 0 and '(' .. table.concat(notes, ', ') .. ')' or nil, 'PeerlineSystem'
end

--- The lines that a thread is about, as they are here; nil without them.
---@param thread table
---@param buf integer?
---@return string[]?
function M.present_lines(thread, buf)
  if buf and not thread.outdated then
    return vim.api.nvim_buf_get_lines(buf, thread.line, thread.end_line + 1, false)
  end
end

local function add(view, line, group)
  view.lines[#view.lines + 1] = line
  if group and line ~= '' then
    view.marks[#view.marks + 1] = { #view.lines - 1, 0, #line, group }
  end
end

local function add_suggestion(view, item, number, thread, buf)
  local suggestion = item.suggestions[number]
  local seen = vim.split(thread.code_snippet, '\n', { plain = true })
  local present = M.present_lines(thread, buf)
  local title = #item.suggestions > 1 and ('Suggestion %d'):format(number) or 'Suggestion'
  if present and vim.deep_equal(present, suggestion.lines) then
    add(view, title .. ' (applied)', 'PeerlineSystem')
  elseif present and vim.deep_equal(present, seen) then
    add(view, title .. ' (a applies it)', 'PeerlineSystem')
  else
    add(view, title .. ' (outdated)', 'PeerlineSystem')
  end
  for _, line in ipairs(text.code_lines(thread.code_snippet)) do
    add(view, '- ' .. line, 'PeerlineSuggestionOld')
  end
  for _, line in ipairs(#suggestion.lines > 0 and text.code_lines(table.concat(suggestion.lines, '\n')) or {}) do
    add(view, '+ ' .. line, 'PeerlineSuggestionNew')
  end
end

local function add_content(view, item, thread, buf)
  local lines = text.code_lines(item.content)
  local row = 1
  local function add_text(last)
    if row <= last then
      local first = #view.lines
      vim.list_extend(view.lines, lines, row, last)
      view.markdown[#view.markdown + 1] = { first, #view.lines }
    end
  end
  for number, suggestion in ipairs(item.suggestions or {}) do
    add_text(suggestion.first)
    local from = #view.lines + 1
    add_suggestion(view, item, number, thread, buf)
    for line = from, #view.lines do
      view.at[line] = { thread = thread, item = item, suggestion = number }
    end
    row = suggestion.last + 2
  end
  add_text(#lines)
end

local function add_item(view, item, thread, buf, width)
  local from = #view.lines + 1
  local name = text.line(item.username, 40)
  local head = name .. '  ' .. text.moment(item.timestamp)
  local said, group = note(item, thread)
  local row = #view.lines
  view.lines[row + 1] = said and head .. '  ' .. said or head
  view.marks[#view.marks + 1] = { row, 0, #name, highlights.group('Name', item.color) }
  view.marks[#view.marks + 1] = { row, #name, #head, 'PeerlineTime' }
  if said then
    view.marks[#view.marks + 1] = { row, #head, #view.lines[row + 1], group }
  end
  if not item.is_deleted then
    add_content(view, item, thread, buf)
  end
  local reacted = reactions.line(item, width)
  if reacted then
    add(view, reacted, 'PeerlineSystem')
  end
  for line = from, #view.lines do
    view.at[line] = view.at[line] or { thread = thread, item = item }
  end
end

--- Threads one below the other.
---@param threads table[]
---@param buf integer? the buffer that they are in, if it is loaded
---@param width integer
---@return peerline.ThreadView
function M.layout(threads, buf, width)
  local view = { lines = {}, marks = {}, markdown = {}, at = {} }
  for number, thread in ipairs(threads) do
    if number > 1 then
      add(view, ('─'):rep(width), 'PeerlineSystem')
      view.at[#view.lines] = { thread = thread, item = thread }
    end
    if thread.outdated or thread.resolved then
      for _, line in ipairs(text.code_lines(thread.code_snippet)) do
        add(view, '│ ' .. line, 'PeerlineSystem')
        view.at[#view.lines] = { thread = thread, item = thread }
      end
    end
    add_item(view, thread, thread, buf, width)
    for _, reply in ipairs(thread.replies) do
      add(view, '')
      view.at[#view.lines] = { thread = thread, item = reply }
      add_item(view, reply, thread, buf, width)
    end
  end
  return view
end

--- The beginning of a thread in one line.
---@param thread table
---@param width integer
---@return string
function M.summary(thread, width)
  local lines = vim.split(thread.content, '\n', { plain = true })
  for _, suggestion in vim.iter(thread.suggestions or {}):rev():enumerate() do
    for row = suggestion.last + 1, suggestion.first + 1, -1 do
      table.remove(lines, row)
    end
    table.insert(lines, suggestion.first + 1, '[suggestion]')
  end
  local said = thread.is_deleted and '(deleted)' or table.concat(lines, ' ')
  local answers = #thread.replies > 0 and (' (%d)'):format(#thread.replies) or ''
  local waits = pending.note(thread, 40)
  return text.line(thread.username .. ': ' .. said, width) .. answers .. (waits and ' ' .. waits or '')
end

return M

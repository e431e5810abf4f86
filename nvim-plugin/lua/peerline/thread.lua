-- The float that shows the threads of a line; answering and resolving from it.

local comments = require('peerline.comments')
local highlights = require('peerline.highlights')
local notify = require('peerline.notify')
local text = require('peerline.text')
local windows = require('peerline.windows')

local M = {}

local namespace = vim.api.nvim_create_namespace('peerline.thread')
local MAX_WIDTH = 70

--- The open float: what it shows and which thread each of its lines belongs to.
--- @type { win: integer, buf: integer, source: integer, ids: string[], owners: string[] }?
local float = nil

local function add_entry(lines, spans, entry, width)
  local name = text.name(entry.username)
  table.insert(lines, name .. ' ' .. text.clock(entry.timestamp or ''))
  local group = highlights.group('Text', entry.color)
  table.insert(spans, { row = #lines - 1, end_col = #name, group = group })
  for _, line in ipairs(text.lines(entry.content)) do
    for _, part in ipairs(text.wrap(line, width - 2)) do
      table.insert(lines, '  ' .. part)
    end
  end
end

local function compose(threads, width)
  local lines, spans, owners = {}, {}, {}
  for index, thread in ipairs(threads) do
    if index > 1 then
      table.insert(lines, string.rep('─', width))
    end
    add_entry(lines, spans, thread, width)
    for _, reply in ipairs(thread.replies or {}) do
      add_entry(lines, spans, reply, width)
    end
    while #owners < #lines do
      table.insert(owners, thread.id)
    end
  end
  return lines, spans, owners
end

local function close()
  if float and vim.api.nvim_win_is_valid(float.win) then
    vim.api.nvim_win_close(float.win, true)
  end
  float = nil
end

local function float_width()
  return math.max(20, math.min(MAX_WIDTH, vim.o.columns - 6))
end

local function fill(threads)
  local state = assert(float)
  local lines, spans, owners = compose(threads, float_width())
  state.owners = owners
  windows.set_lines(state.buf, 0, -1, lines)
  vim.api.nvim_buf_clear_namespace(state.buf, namespace, 0, -1)
  for _, span in ipairs(spans) do
    vim.api.nvim_buf_set_extmark(state.buf, namespace, span.row, 0, {
      end_col = span.end_col,
      hl_group = span.group,
    })
  end
  local height = math.max(1, math.min(#lines, math.floor(vim.o.lines / 2)))
  vim.api.nvim_win_set_height(state.win, height)
end

local function refresh()
  if not float or not vim.api.nvim_win_is_valid(float.win) then
    float = nil
    return
  end
  local threads = {}
  for _, id in ipairs(float.ids) do
    local thread = comments.get(id)
    if thread and not thread.resolved then
      table.insert(threads, thread)
    end
  end
  if #threads == 0 then
    close()
  else
    fill(threads)
  end
end

local function under_cursor()
  local row = vim.api.nvim_win_get_cursor(0)[1]
  return float and comments.get(float.owners[row] or '')
end

local function map(buf, key, description, action)
  vim.keymap.set('n', key, function()
    local thread = under_cursor()
    if thread then
      action(thread)
    end
  end, { buffer = buf, nowait = true, desc = description })
end

local function create(source, ids)
  local buf = windows.new_buffer('peerline-thread')
  vim.bo[buf].bufhidden = 'wipe'
  map(buf, 'r', 'Peerline: reply', comments.reply)
  map(buf, 'x', 'Peerline: resolve', comments.resolve)
  for _, key in ipairs({ 'q', '<Esc>' }) do
    vim.keymap.set('n', key, close, { buffer = buf, nowait = true, desc = 'Peerline: close' })
  end
  local win = windows.open_panel(buf, {
    relative = 'cursor',
    row = 1,
    col = 0,
    width = float_width(),
    height = 1,
    border = 'rounded',
    title = ' Comments ',
    footer = ' r reply · x resolve · q close ',
    enter = true,
  })
  float = { win = win, buf = buf, source = source, ids = ids, owners = {} }
end

--- Show the threads on the cursor's line.
function M.open()
  local source = vim.api.nvim_get_current_buf()
  local threads = comments.threads_in(source, vim.api.nvim_win_get_cursor(0)[1] - 1)
  if #threads == 0 then
    notify.warn('there is no comment on this line')
    return
  end
  close()
  local ids = vim.tbl_map(function(thread)
    return thread.id
  end, threads)
  create(source, ids)
  fill(threads)
end

--- The thread that a command is about: in the float the one under its cursor, else the line's.
--- @return table?
function M.current()
  if float and vim.api.nvim_get_current_buf() == float.buf then
    return under_cursor()
  end
  return comments.at_cursor()
end

function M.setup()
  comments.on_change(refresh)
end

return M

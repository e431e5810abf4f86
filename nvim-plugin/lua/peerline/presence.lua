-- The marks of others in buffers: cursor, selection, name, sign, and the edges of their view.
local highlights = require('peerline.highlights')
local lsp = require('peerline.lsp')
local text = require('peerline.text')

local M = {}

M.namespace = vim.api.nvim_create_namespace('peerline_presence')

local NAME_WIDTH = 24
local people = {}
local marks = {}

local function clear(user_id)
  for _, mark in ipairs(marks[user_id] or {}) do
    if vim.api.nvim_buf_is_valid(mark.buf) then
      vim.api.nvim_buf_del_extmark(mark.buf, M.namespace, mark.id)
    end
  end
  marks[user_id] = nil
end

local function buffer_of(uri)
  if not uri then
    return nil
  end
  local buf = vim.fn.bufnr(vim.uri_to_fname(uri))
  if buf ~= -1 and vim.api.nvim_buf_is_loaded(buf) then
    return buf
  end
end

local function put(user_id, buf, row, column, options)
  options.strict = false
  local id = vim.api.nvim_buf_set_extmark(buf, M.namespace, row, column, options)
  marks[user_id] = marks[user_id] or {}
  table.insert(marks[user_id], { buf = buf, id = id })
end

local function show_cursor(person, buf)
  local row, column = lsp.place(buf, person.cursor)
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ''
  local group = highlights.group('Cursor', person.color)
  if column < #line then
    local last = column + vim.str_utf_end(line, column + 1) + 1
    put(person.user_id, buf, row, column, { end_col = last, hl_group = group, priority = 210 })
  else
    put(person.user_id, buf, row, column, {
      virt_text = { { ' ', group } },
      virt_text_pos = 'overlay',
      priority = 210,
    })
  end
  local status = person.status ~= 'active' and (' (' .. person.status .. ')') or ''
  put(person.user_id, buf, row, 0, {
    virt_text = { { ' ' .. text.line(person.username, NAME_WIDTH) .. status .. ' ', group } },
    virt_text_pos = 'eol',
    sign_text = text.initial(person.username),
    sign_hl_group = highlights.group('Name', person.color),
    priority = 20,
  })
end

local function show_selection(person, buf)
  local from_row, from_column = lsp.place(buf, person.selection.start)
  local to_row, to_column = lsp.place(buf, person.selection['end'])
  put(person.user_id, buf, from_row, from_column, {
    end_row = to_row,
    end_col = to_column,
    hl_group = highlights.group('Selection', person.color),
    hl_eol = true,
    priority = 190,
  })
end

local function show_viewport(person)
  local buf = buffer_of(person.viewport_uri)
  if not buf then
    return
  end
  local last = vim.api.nvim_buf_line_count(buf) - 1
  local name = text.line(person.username, NAME_WIDTH)
  local edges = { { person.viewport.start, '┌ ' }, { person.viewport['end'], '└ ' } }
  for _, edge in ipairs(edges) do
    put(person.user_id, buf, math.min(edge[1], last), 0, {
      virt_text = { { edge[2] .. name, highlights.group('Name', person.color) } },
      virt_text_pos = 'right_align',
      priority = 10,
    })
  end
end

local function show(person)
  clear(person.user_id)
  local buf = buffer_of(person.uri)
  if buf and person.selection then
    show_selection(person, buf)
  end
  if buf and person.cursor then
    show_cursor(person, buf)
  end
  if person.viewport then
    show_viewport(person)
  end
end

--- Handle peerline/presence.
---@param update {updates: table[], removed: string[]}
function M.update(update)
  for _, user_id in ipairs(update.removed or {}) do
    clear(user_id)
    people[user_id] = nil
  end
  for _, person in ipairs(update.updates or {}) do
    people[person.user_id] = person
    show(person)
  end
end

--- Show the marks in a buffer that was just loaded.
---@param buf integer
function M.refresh(buf)
  for _, person in pairs(people) do
    if buffer_of(person.uri) == buf or buffer_of(person.viewport_uri) == buf then
      show(person)
    end
  end
end

--- Remove everything.
function M.clear()
  for user_id in pairs(vim.deepcopy(people)) do
    clear(user_id)
  end
  people = {}
end

return M

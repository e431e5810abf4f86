-- The marks of others in buffers: cursor, selection, name, sign, and the edges of their view.
local changes = require('peerline.changes')
local files = require('peerline.files')
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

local function put(user_id, buf, row, column, options)
  options.strict = false
  local id = vim.api.nvim_buf_set_extmark(buf, M.namespace, row, column, options)
  marks[user_id] = marks[user_id] or {}
  table.insert(marks[user_id], { buf = buf, id = id })
end

--- A place of somebody in the present text, within it.
local function inside(buf, place)
  local row = math.max(0, math.min(place.row, vim.api.nvim_buf_line_count(buf) - 1))
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ''
  return row, math.min(row < place.row and #line or place.column, #line)
end

local function show_cursor(person, buf)
  local row, column = inside(buf, person.places.cursor)
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
  -- At the cursor, so that it goes with it into another line.
  put(person.user_id, buf, row, column, {
    virt_text = { { ' ' .. text.line(person.username, NAME_WIDTH) .. status .. ' ', group } },
    virt_text_pos = 'eol',
    sign_text = text.initial(person.username),
    sign_hl_group = highlights.group('Name', person.color),
    priority = 20,
  })
end

local function show_selection(person, buf)
  local from_row, from_column = inside(buf, person.places.start)
  local to_row, to_column = inside(buf, person.places['end'])
  put(person.user_id, buf, from_row, from_column, {
    end_row = to_row,
    end_col = to_column,
    hl_group = highlights.group('Selection', person.color),
    hl_eol = true,
    priority = 190,
  })
end

--- The cells of virtual text at the end of a line, of Peerline and of others.
local function cells_at_end(buf, row)
  local cells = 0
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buf, -1, { row, 0 }, { row, -1 }, { details = true })) do
    if vim.startswith(mark[4].virt_text_pos or '', 'eol') then
      for _, chunk in ipairs(mark[4].virt_text) do
        cells = cells + vim.fn.strdisplaywidth(chunk[1])
      end
      cells = cells + 1
    end
  end
  return cells
end

--- Whether a text of some cells fits behind a line in every window that shows the buffer.
local function has_room(buf, row, cells)
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ''
  -- A line longer than the widest screen needs no measuring.
  if #line > 2000 then
    return false
  end
  local behind = cells_at_end(buf, row)
  for _, win in ipairs(vim.fn.win_findbuf(buf)) do
    local width = vim.api.nvim_win_get_width(win) - vim.fn.getwininfo(win)[1].textoff
    local used = vim.api.nvim_win_call(win, function()
      return vim.fn.strdisplaywidth(line)
    end)
    if used + behind + cells + 1 > width then
      return false
    end
  end
  return true
end

--- The first and the last line that a participant sees: a sign, and the name where there is room.
local function show_viewport(person, buf)
  local last = vim.api.nvim_buf_line_count(buf) - 1
  local name = text.line(person.username, NAME_WIDTH)
  local edges = { { person.viewport.start, '┌' }, { person.viewport['end'], '└' } }
  for _, edge in ipairs(edges) do
    local row = math.min(edge[1], last)
    local label = edge[2] .. ' ' .. name
    local group = highlights.group('Name', person.color)
    put(person.user_id, buf, row, 0, { sign_text = edge[2], sign_hl_group = group, priority = 5 })
    if has_room(buf, row, vim.fn.strdisplaywidth(label)) then
      put(person.user_id, buf, row, 0, {
        virt_text = { { label, group } },
        -- Unlike right_align, it never covers the line's text.
        virt_text_pos = 'eol_right_align',
        -- Behind all else at the end of the line, which would begin beyond the edge otherwise.
        priority = 200,
      })
    end
  end
end

--- The loaded buffers with a participant's cursor and with the lines that they see.
local function buffers_of(person)
  local buf = files.loaded(person.uri)
  if not person.viewport then
    return buf, nil
  end
  return buf, person.viewport_uri == person.uri and buf or files.loaded(person.viewport_uri)
end

--- Move the places of people with a change, so that they are there when they are shown again.
local function on_change(buf, change)
  for _, person in pairs(people) do
    if person.buf == buf then
      for name, place in pairs(person.places) do
        person.places[name] = changes.moved(place, change)
      end
    end
  end
end

--- The place of an LSP position in the text that it was found in, as far as the line is the same.
local function found_at(buf, position, version)
  local place = { row = position.line, column = position.character }
  if not version or version >= vim.b[buf].changedtick or lsp.encoding() ~= 'utf-8' then
    place.row, place.column = lsp.place(buf, position)
  end
  return changes.since(buf, version, place)
end

--- Find somebody's places in a buffer, in its present text.
local function find(person, buf)
  if person.buf == buf then
    return
  end
  person.buf, person.places = buf, {}
  changes.watch(buf, on_change)
  local positions = { cursor = person.cursor }
  if person.selection then
    positions.start, positions['end'] = person.selection.start, person.selection['end']
  end
  for name, position in pairs(positions) do
    person.places[name] = found_at(buf, position, person.version)
  end
end

local function show(person, buf, seen_buf)
  clear(person.user_id)
  if buf then
    find(person, buf)
  end
  if buf and person.selection then
    show_selection(person, buf)
  end
  if buf and person.cursor then
    show_cursor(person, buf)
  end
  if seen_buf then
    show_viewport(person, seen_buf)
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
    show(person, buffers_of(person))
  end
end

--- Show the marks in a buffer that was just loaded.
---@param buf integer
function M.refresh(buf)
  for _, person in pairs(people) do
    local its_buf, seen_buf = buffers_of(person)
    if its_buf == buf or seen_buf == buf then
      person.buf = nil
      show(person, its_buf, seen_buf)
    end
  end
end

local is_refreshing = false

--- Show all viewports again: the room for names has changed.
local function refresh_soon()
  if is_refreshing or next(people) == nil then
    return
  end
  is_refreshing = true
  vim.schedule(function()
    is_refreshing = false
    for _, person in pairs(people) do
      if person.viewport then
        show(person, buffers_of(person))
      end
    end
  end)
end

--- Keep names off the text when windows and lines change their width.
function M.setup()
  vim.api.nvim_create_autocmd({ 'WinResized', 'VimResized', 'BufWinEnter', 'TextChanged', 'InsertLeave' }, {
    group = vim.api.nvim_create_augroup('peerline_presence', { clear = true }),
    callback = refresh_soon,
  })
end

--- Remove everything.
function M.clear()
  for user_id in pairs(vim.deepcopy(people)) do
    clear(user_id)
  end
  people = {}
  pcall(vim.api.nvim_del_augroup_by_name, 'peerline_presence')
end

return M

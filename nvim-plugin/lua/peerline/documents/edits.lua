-- Edits of others: all of them at exactly the version that the bridge names, or none.
local failures = require('peerline.failures')
local files = require('peerline.files')
local lsp = require('peerline.lsp')
local marks = require('peerline.documents.marks')
local modes = require('peerline.documents.modes')
local versions = require('peerline.versions')

local M = {}

-- The edits that are made now; `:lua` takes no arguments.
local at_hand = nil

--- The row and the byte column of an LSP position; nil if there is no such place. Unlike `lsp.place`
--- it moves nothing: an edit elsewhere would be another edit.
local function place(buf, position, encoding)
  local count = vim.api.nvim_buf_line_count(buf)
  if position.line == count and position.character == 0 then
    return { row = count, column = 0 }
  end
  local line = vim.api.nvim_buf_get_lines(buf, position.line, position.line + 1, false)[1]
  if not line then
    return nil
  end
  local is_there, column = pcall(vim.str_byteindex, line, encoding, position.character, true)
  if not is_there or vim.str_utfindex(line, encoding, column, false) ~= position.character then
    return nil
  end
  if column < #line and vim.str_utf_start(line, column + 1) ~= 0 then
    return nil
  end
  return { row = position.line, column = column }
end

--- The edits with places in the buffer; nil if one of them has none.
---@param buf integer
---@param edits {range: table, newText: string}[]
---@return table[]?
function M.places(buf, edits)
  local encoding = lsp.encoding()
  local line_end = vim.bo[buf].fileformat == 'mac' and '\r' or '\r\n'
  local found = {}
  for _, edit in ipairs(edits) do
    local from = place(buf, edit.range.start, encoding)
    local to = place(buf, edit.range['end'], encoding)
    if not from or not to or from.row > to.row or (from.row == to.row and from.column > to.column) then
      return nil
    end
    local lines = vim.split(edit.newText:gsub(line_end, '\n'), '\n', { plain = true })
    found[#found + 1] = { from = from, to = to, lines = lines }
  end
  return found
end

--- The same edit without the newline behind the last line: Neovim has none in the buffer.
local function before_last_newline(buf, edit)
  local count = vim.api.nvim_buf_line_count(buf)
  if edit.to.row < count then
    return edit
  end
  local function end_of(row)
    return { row = row, column = #vim.api.nvim_buf_get_lines(buf, row, row + 1, true)[1] }
  end
  local from, lines = edit.from, vim.list_slice(edit.lines)
  local is_empty = #lines == 1 and lines[1] == ''
  local last = end_of(count - 1)
  if #lines > 1 and lines[#lines] == '' then
    table.remove(lines)
  elseif is_empty and from.column == 0 and from.row > 0 and from.row < count then
    -- Whole lines go, and with them the newline before them instead of the last one.
    from = end_of(from.row - 1)
  end
  if from.row == count then
    from = last
    if not is_empty then
      table.insert(lines, 1, '')
    end
  end
  return { from = from, to = last, lines = lines }
end

--- Whether whole lines are inserted at the start of the line in which the user types, at its start.
local function is_above_cursor(buf, edit)
  local from, to, lines = edit.from, edit.to, edit.lines
  if from.column > 0 or from.row ~= to.row or to.column > 0 or #lines < 2 or lines[#lines] ~= '' then
    return false
  end
  if buf ~= vim.api.nvim_get_current_buf() or not vim.api.nvim_get_mode().mode:match('^[iR]') then
    return false
  end
  local cursor = vim.api.nvim_win_get_cursor(0)
  return cursor[1] == from.row + 1 and cursor[2] == 0
end

local function make_one(buf, edit)
  local is_above = is_above_cursor(buf, edit)
  edit = before_last_newline(buf, edit)
  local from, to = edit.from, edit.to
  local function set()
    vim.api.nvim_buf_set_text(buf, from.row, from.column, to.row, to.column, edit.lines)
  end
  if from.row == to.row and #edit.lines == 1 then
    set()
  else
    marks.kept(buf, from.row, to.row, set)
  end
  if is_above then
    -- Text at the cursor is put behind it: the user would type in the lines of others.
    vim.api.nvim_win_set_cursor(0, { from.row + #edit.lines, 0 })
  end
end

--- Make the edits at hand.
function M.make()
  for _, edit in ipairs(at_hand.edits) do
    make_one(at_hand.buf, edit)
  end
end

--- Do something with a buffer that the user must not write in, or that warns before the first change.
local function writable(buf, act)
  local modifiable, readonly = vim.bo[buf].modifiable, vim.bo[buf].readonly
  vim.bo[buf].modifiable = true
  vim.bo[buf].readonly = false
  local is_done, failure = pcall(act)
  vim.bo[buf].modifiable = modifiable
  vim.bo[buf].readonly = readonly
  if not is_done then
    error(failure, 0)
  end
end

--- Keep the column to which `j` and `k` go at the cursor, if the edit has moved it there.
local function column_kept(buf, act)
  local is_current = vim.api.nvim_get_current_buf() == buf
  local before = is_current and vim.fn.getcurpos() or nil
  act()
  if not before or before[5] == vim.v.maxcol then
    return
  end
  local now = vim.api.nvim_win_get_cursor(0)
  if now[2] ~= before[3] - 1 then
    vim.api.nvim_win_set_cursor(0, now)
  end
end

local function apply(buf, edits)
  at_hand = { buf = buf, edits = edits }
  writable(buf, function()
    require('peerline.follow').kept(buf, function()
      column_kept(buf, function()
        -- Places where others edited are no places of the user: `g;` and `'.` do not go there.
        vim.api.nvim_cmd({
          cmd = 'lua',
          args = { "require('peerline.documents.edits').make()" },
          mods = { keepjumps = true },
        }, {})
      end)
    end)
  end)
end

--- The rows from the first to the last of all edits.
local function rows_of(edits)
  local first, last = math.huge, 0
  for _, edit in ipairs(edits) do
    first = math.min(first, edit.from.row)
    last = math.max(last, edit.to.row)
  end
  return { first = first, last = last }
end

--- Answer the request peerline/edit.
---@param params {id: integer, uri: string, version: integer, edits: table[]}
---@return {applied: boolean, version: integer, later: boolean?}
function M.edit(params)
  local buf = files.loaded(params.uri)
  if not buf or not lsp.is_attached(buf) then
    return { applied = false, version = 0 }
  end
  local version = versions.of(buf)
  local edits = version == params.version and M.places(buf, params.edits)
  if not edits then
    return { applied = false, version = version }
  end
  if modes.would_harm(buf, rows_of(edits)) then
    modes.wait(buf)
    return { applied = false, version = version, later = true }
  end
  lsp.notify('peerline/applying', { id = params.id })
  -- An error here would show "Press ENTER" and stop everything.
  local is_done, _, place = failures.call(apply, buf, edits)
  at_hand = nil
  if not is_done then
    vim.lsp.log.error('peerline', 'peerline/edit', place)
  end
  return { applied = is_done, version = versions.of(buf) }
end

--- The text of a buffer as the bridge has it, with LF line ends.
---@param buf integer
---@return string
function M.text_of(buf)
  local text = table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, true), '\n')
  return vim.bo[buf].endofline and text .. '\n' or text
end

--- Answer the request peerline/text.
---@param params {uri: string}
---@return {version: integer, text: string}
function M.text(params)
  local buf = files.loaded(params.uri)
  if not buf then
    error('the document is not open', 0)
  end
  return { version = versions.of(buf), text = M.text_of(buf) }
end

return M

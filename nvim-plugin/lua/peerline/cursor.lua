-- Tells the bridge where the local cursor, selection and viewport are.

local config = require('peerline.config')
local lsp = require('peerline.lsp')
local positions = require('peerline.positions')
local status = require('peerline.status')

local M = {}

local last = nil ---@type table? what was sent last
local timer = nil ---@type uv.uv_timer_t?
local is_cooling = false
local is_pending = false

-- By blockwise mode the selection is sent as the text between its corners.
local VISUAL = { v = 'char', V = 'line', ['\22'] = 'char', s = 'char', S = 'line', ['\19'] = 'char' }

--- The range that is selected in the current window, as LSP has it: the end is exclusive.
--- @param buf integer
--- @param encoding string
--- @return table? range
local function selection(buf, encoding)
  local kind = VISUAL[vim.api.nvim_get_mode().mode:sub(1, 1)]
  if not kind then
    return nil
  end
  local from, to = vim.fn.getpos('v'), vim.fn.getpos('.')
  if to[2] < from[2] or (to[2] == from[2] and to[3] < from[3]) then
    from, to = to, from
  end
  local first, last_row = from[2] - 1, to[2] - 1
  local function at(row, col)
    return positions.from_bytes(buf, row, col, encoding)
  end
  if kind == 'char' then
    local line = vim.api.nvim_buf_get_lines(buf, last_row, last_row + 1, false)[1] or ''
    local is_inclusive = vim.o.selection ~= 'exclusive'
    local end_col = is_inclusive and positions.after_character(line, to[3] - 1) or to[3] - 1
    return { start = at(first, from[3] - 1), ['end'] = at(last_row, end_col) }
  end
  if last_row + 1 < vim.api.nvim_buf_line_count(buf) then
    return { start = at(first, 0), ['end'] = at(last_row + 1, 0) }
  end
  return { start = at(first, 0), ['end'] = at(last_row, vim.v.maxcol) }
end

--- Where the current window is, or nil if it shows no file that the bridge knows.
--- @return table? EditorCursor
function M.capture()
  local client = lsp.client()
  local buf = vim.api.nvim_get_current_buf()
  if not client or not client.attached_buffers[buf] then
    return nil
  end
  local cursor = vim.api.nvim_win_get_cursor(0)
  local encoding = client.offset_encoding
  return {
    textDocument = {
      uri = vim.uri_from_bufnr(buf),
      version = vim.lsp.util.buf_versions[buf],
    },
    position = positions.from_bytes(buf, cursor[1] - 1, cursor[2], encoding),
    selection = selection(buf, encoding),
    viewport = { start = vim.fn.line('w0') - 1, ['end'] = vim.fn.line('w$') - 1 },
  }
end

local function is_same(one, other)
  return other ~= nil
    and one.textDocument.uri == other.textDocument.uri
    and vim.deep_equal(one.position, other.position)
    and vim.deep_equal(one.selection, other.selection)
    and vim.deep_equal(one.viewport, other.viewport)
end

local function send()
  local captured = M.capture()
  if captured and not is_same(captured, last) then
    last = captured
    lsp.send('peerline/cursor', captured)
  end
end

--- Send the place at once, or when the pause after the last one is over.
function M.touch()
  if is_cooling then
    is_pending = true
    return
  end
  if not lsp.client() then
    return
  end
  send()
  is_cooling = true
  timer = timer or assert(vim.uv.new_timer())
  timer:start(config.options.cursor.debounce, 0, vim.schedule_wrap(function()
    is_cooling = false
    if is_pending then
      is_pending = false
      M.touch()
    end
  end))
end

local function send_again()
  last = nil
  M.touch()
end

function M.setup()
  local group = vim.api.nvim_create_augroup('peerline.cursor', { clear = true })
  local events = { 'CursorMoved', 'CursorMovedI', 'WinScrolled', 'ModeChanged', 'BufEnter' }
  vim.api.nvim_create_autocmd(events, { group = group, callback = M.touch })
  vim.api.nvim_create_autocmd({ 'LspAttach' }, {
    group = group,
    callback = function(event)
      local client = lsp.client()
      if client and event.data.client_id == client.id then
        M.touch()
      end
    end,
  })
  lsp.on('exit', function()
    last = nil
  end)
  status.on_change(function(new, old)
    if new.state == 'joined' and old.state ~= 'joined' then
      send_again()
    end
  end)
end

return M

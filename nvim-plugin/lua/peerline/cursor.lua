-- Sends the user's cursor, selection and visible lines, or that they are in no file of the session:
-- at once, then at most every 50 ms.
local lsp = require('peerline.lsp')
local versions = require('peerline.versions')

local M = {}

local INTERVAL_MS = 50
local last_sent = nil
local timer = nil
local is_waiting = false

--- The selection as an LSP range with an exclusive end; nil outside of visual mode.
local function selection(buf)
  local mode = vim.fn.mode()
  if not vim.tbl_contains({ 'v', 'V', '\22' }, mode) then
    return nil
  end
  local from, to = vim.fn.getpos('v'), vim.fn.getpos('.')
  if from[2] > to[2] or (from[2] == to[2] and from[3] > to[3]) then
    from, to = to, from
  end
  local last = vim.api.nvim_buf_get_lines(buf, to[2] - 1, to[2], false)[1] or ''
  if mode == 'V' then
    return {
      start = { line = from[2] - 1, character = 0 },
      ['end'] = lsp.position(buf, to[2] - 1, #last),
    }
  end
  local column = to[3] - 1
  if column < #last then
    column = column + vim.str_utf_end(last, column + 1) + 1
  end
  return {
    start = lsp.position(buf, from[2] - 1, from[3] - 1),
    ['end'] = lsp.position(buf, to[2] - 1, column),
  }
end

--- Whether a buffer is no place to be in: a window of Peerline, or a float that comes and goes.
local function is_beside(buf)
  if vim.startswith(vim.bo[buf].filetype, 'peerline') then
    return true
  end
  return vim.bo[buf].buftype ~= 'terminal' and vim.api.nvim_win_get_config(0).relative ~= ''
end

local function send()
  local buf = vim.api.nvim_get_current_buf()
  if not lsp.is_attached(buf) then
    -- A help page, a file outside the folder, no file at all: others must not see the old place.
    if not is_beside(buf) and last_sent ~= 'elsewhere' and lsp.client() then
      last_sent = 'elsewhere'
      lsp.notify('peerline/cursor', vim.empty_dict())
    end
    return
  end
  local cursor = vim.api.nvim_win_get_cursor(0)
  local params = {
    textDocument = { uri = vim.uri_from_bufnr(buf), version = versions.of(buf) },
    position = lsp.position(buf, cursor[1] - 1, cursor[2]),
    selection = selection(buf),
    viewport = { start = vim.fn.line('w0') - 1, ['end'] = vim.fn.line('w$') - 1 },
  }
  local now = vim.deepcopy(params)
  now.textDocument.version = nil
  if vim.deep_equal(now, last_sent) then
    return
  end
  last_sent = now
  lsp.notify('peerline/cursor', params)
end

local function on_event()
  if timer then
    is_waiting = true
    return
  end
  send()
  timer = vim.defer_fn(function()
    timer = nil
    if is_waiting then
      is_waiting = false
      on_event()
    end
  end, INTERVAL_MS)
end

--- Stop sending.
function M.stop()
  last_sent = nil
  pcall(vim.api.nvim_del_augroup_by_name, 'peerline_cursor')
end

--- Start sending, beginning with the current position.
function M.setup()
  last_sent = nil
  vim.api.nvim_create_autocmd(
    { 'CursorMoved', 'CursorMovedI', 'WinScrolled', 'ModeChanged', 'BufEnter', 'WinEnter', 'LspAttach' },
    {
      group = vim.api.nvim_create_augroup('peerline_cursor', { clear = true }),
      -- BufEnter comes before the cursor is back where it was in that file.
      callback = vim.schedule_wrap(on_event),
    }
  )
  on_event()
end

return M

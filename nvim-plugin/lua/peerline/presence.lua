-- The others' cursors, selections and viewports as marks in the buffers they are in.

local config = require('peerline.config')
local highlights = require('peerline.highlights')
local lsp = require('peerline.lsp')
local positions = require('peerline.positions')
local status = require('peerline.status')
local text = require('peerline.text')

local M = {}

local namespace = vim.api.nvim_create_namespace('peerline.presence')
M.namespace = namespace

local users = {} ---@type table<string, table> EditorPresence by user id
local marks = {} ---@type table<string, { buf: integer, id: integer }[]> by user id

local PRIORITY = { selection = 150, cursor = 220, viewport = 5, sign = 30 }

--- Where a participant is, as the bridge said last.
--- @param user_id string
--- @return table? EditorPresence
function M.get(user_id)
  return users[user_id]
end

local function add(user_id, buf, row, col, options)
  options.strict = false
  local id = vim.api.nvim_buf_set_extmark(buf, namespace, row, col, options)
  table.insert(marks[user_id], { buf = buf, id = id })
end

local function erase(user_id)
  for _, mark in ipairs(marks[user_id] or {}) do
    if vim.api.nvim_buf_is_valid(mark.buf) then
      vim.api.nvim_buf_del_extmark(mark.buf, namespace, mark.id)
    end
  end
  marks[user_id] = {}
end

local function draw_selection(user, buf)
  local encoding = lsp.encoding()
  local row, col = positions.to_bytes(buf, user.selection.start, encoding)
  local end_row, end_col = positions.to_bytes(buf, user.selection['end'], encoding)
  if end_row < row or (end_row == row and end_col <= col) then
    return
  end
  add(user.user_id, buf, row, col, {
    end_row = end_row,
    end_col = end_col,
    hl_group = highlights.group('Selection', user.color),
    hl_eol = end_row > row,
    priority = PRIORITY.selection,
  })
end

local STATUS_SUFFIX = { typing = ' ✎', idle = ' (idle)', away = ' (away)' }

local function draw_cursor(user, buf)
  local row, col = positions.to_bytes(buf, user.cursor, lsp.encoding())
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ''
  local cursor_group = highlights.group('Cursor', user.color)
  local block = { priority = PRIORITY.cursor }
  if col < #line then
    block.end_col = positions.after_character(line, col)
    block.hl_group = cursor_group
  else
    block.virt_text = { { ' ', cursor_group } }
    block.virt_text_pos = 'overlay'
  end
  add(user.user_id, buf, row, col, block)
  local tag = {
    sign_text = text.initial(user.username),
    sign_hl_group = highlights.group('Text', user.color),
    priority = PRIORITY.sign,
  }
  if config.options.cursor.names then
    local label = text.name(user.username) .. (STATUS_SUFFIX[user.status] or '')
    tag.virt_text = { { ' ' .. label .. ' ', highlights.group('Name', user.color) } }
    tag.virt_text_pos = 'eol'
  end
  add(user.user_id, buf, row, 0, tag)
end

local function draw_viewport(user, buf)
  local first = positions.clamp_row(buf, user.viewport.start)
  local last = positions.clamp_row(buf, user.viewport['end'])
  local group = highlights.group('Text', user.color)
  for _, edge in ipairs({ { first, '┌' }, { last, '└' } }) do
    add(user.user_id, buf, edge[1], 0, {
      sign_text = edge[2],
      sign_hl_group = group,
      priority = PRIORITY.viewport,
    })
  end
end

local function draw(user)
  erase(user.user_id)
  local buf = user.uri and positions.buffer_of(user.uri)
  if buf and user.selection then
    draw_selection(user, buf)
  end
  if buf and user.cursor then
    draw_cursor(user, buf)
  end
  local seen = user.viewport_uri and positions.buffer_of(user.viewport_uri)
  if seen and user.viewport and config.options.cursor.viewport then
    draw_viewport(user, seen)
  end
end

local function remove(user_id)
  erase(user_id)
  users[user_id], marks[user_id] = nil, nil
end

local function remove_all()
  for _, user_id in ipairs(vim.tbl_keys(users)) do
    remove(user_id)
  end
end

local function update(params)
  for _, user_id in ipairs(params.removed or {}) do
    remove(user_id)
  end
  for _, user in ipairs(params.updates or {}) do
    users[user.user_id] = user
    draw(user)
  end
end

--- Draw again everybody who is in a file that was just loaded.
--- @param buf integer
local function redraw(buf)
  if vim.bo[buf].buftype ~= '' then
    return
  end
  for _, user in pairs(users) do
    local uris = { user.uri, user.viewport_uri }
    for _, uri in pairs(uris) do
      if positions.buffer_of(uri) == buf then
        draw(user)
        break
      end
    end
  end
end

function M.setup()
  lsp.on('peerline/presence', update)
  lsp.on('exit', remove_all)
  status.on_change(function(new)
    if new.state == 'offline' then
      remove_all()
    end
  end)
  vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile', 'BufFilePost' }, {
    group = vim.api.nvim_create_augroup('peerline.presence', { clear = true }),
    callback = function(event)
      redraw(event.buf)
    end,
  })
end

return M

-- The windows of the chat: shows blocks of lines, changes no more of them than has changed, and keeps
-- the place of a user who reads above the end.
local config = require('peerline.config')
local ui = require('peerline.ui')

local M = {}

local LEAST_WIDTH, MOST_WIDTH = 28, 80
local INPUT_HEIGHT = 4

local namespace = vim.api.nvim_create_namespace('peerline_chat')
--- The buffers of the messages and of the input.
M.log, M.input = nil, nil

-- The contents of the buffer.
local shown = {}
-- The place of the user when the chat was closed.
local left = nil

local function is_valid(buf)
  return buf ~= nil and vim.api.nvim_buf_is_valid(buf)
end

--- Whether the messages have a buffer.
---@return boolean
function M.exists()
  return is_valid(M.log)
end

--- The user has deleted or unloaded a buffer.
---@param buf integer
function M.gone(buf)
  if buf == M.log then
    M.log, shown = nil, {}
  elseif buf == M.input then
    M.input = nil
  end
end

--- The window of the messages in the current tab page, or nil.
---@return integer?
function M.log_window()
  return is_valid(M.log) and ui.window_of(M.log) or nil
end

--- The window of the input in the current tab page, or nil.
---@return integer?
function M.input_window()
  return is_valid(M.input) and ui.window_of(M.input) or nil
end

--- The index of the block at a row, and the row in it, both from 1.
local function block_at(row)
  local first = 1
  for index, block in ipairs(shown) do
    if row < first + #block.lines then
      return index, row - first + 1
    end
    first = first + #block.lines
  end
  return nil, 0
end

--- The row at which a block begins, from 1.
local function row_of(wanted)
  local row = 1
  for index = 1, wanted - 1 do
    row = row + #shown[index].lines
  end
  return row
end

--- The index of the message at a row of the messages.
---@param row integer from 1
---@return integer?
function M.index_at(row)
  return (block_at(row))
end

local function index_of(id)
  for index, block in ipairs(shown) do
    if block.id == id then
      return index
    end
  end
end

--- Whether a window shows the end of the messages, and its user does not read above it.
local function is_window_at_end(win)
  local last = vim.api.nvim_buf_line_count(M.log)
  if vim.api.nvim_win_get_cursor(win)[1] == last then
    return true
  end
  return vim.api.nvim_get_current_win() ~= win and vim.fn.line('w$', win) >= last
end

--- Whether the current tab page shows the end of the messages.
---@return boolean
function M.is_at_end()
  local win = M.log_window()
  return win ~= nil and is_window_at_end(win)
end

--- The place of a window: at the end, or which message is at its top and which at its cursor.
local function place_of(win)
  local place = { is_at_end = is_window_at_end(win) }
  local view = vim.api.nvim_win_call(win, vim.fn.winsaveview)
  for name, row in pairs({ top = view.topline, cursor = view.lnum }) do
    local index, offset = block_at(row)
    place[name] = index and { id = shown[index].id, offset = offset } or nil
  end
  place.column = view.col
  return place
end

local function row_of_place(place)
  local index = place and index_of(place.id)
  return index and row_of(index) + math.min(place.offset, #shown[index].lines) - 1
end

local function go_to(win, place)
  local top, cursor = row_of_place(place.top), row_of_place(place.cursor)
  if place.is_at_end or not top or not cursor then
    vim.api.nvim_win_set_cursor(win, { vim.api.nvim_buf_line_count(M.log), 0 })
    return
  end
  vim.api.nvim_win_call(win, function()
    vim.fn.winrestview({ topline = top, lnum = cursor, col = place.column, leftcol = 0 })
  end)
end

local function put_marks(block, first)
  for _, mark in ipairs(block.marks) do
    local options = vim.tbl_extend('force', mark[3], { strict = false })
    if options.end_row then
      options.end_row = first + options.end_row
    end
    vim.api.nvim_buf_set_extmark(M.log, namespace, first + mark[1], mark[2], options)
  end
end

--- Replace what has changed between what is shown and these blocks.
local function change(blocks)
  local same, tail = 0, 0
  local most = math.min(#shown, #blocks)
  while same < most and shown[same + 1] == blocks[same + 1] do
    same = same + 1
  end
  while tail < most - same and shown[#shown - tail] == blocks[#blocks - tail] do
    tail = tail + 1
  end
  local first = row_of(same + 1) - 1
  local last = row_of(#shown - tail + 1) - 1
  local lines = {}
  for index = same + 1, #blocks - tail do
    vim.list_extend(lines, blocks[index].lines)
  end
  -- An empty buffer has one line all the same.
  local ends = #shown == 0 and -1 or last
  vim.bo[M.log].modifiable = true
  vim.api.nvim_buf_clear_namespace(M.log, namespace, first, math.max(first, last))
  vim.api.nvim_buf_set_lines(M.log, first, ends, false, lines)
  vim.bo[M.log].modifiable = false
  shown = blocks
  local row = first
  for index = same + 1, #blocks - tail do
    put_marks(blocks[index], row)
    row = row + #blocks[index].lines
  end
end

--- Show these blocks; windows stay where they were, or at the end.
---@param blocks peerline.ChatBlock[]
function M.show(blocks)
  if not is_valid(M.log) then
    return
  end
  local places = {}
  for _, win in ipairs(vim.fn.win_findbuf(M.log)) do
    places[win] = place_of(win)
  end
  change(blocks)
  for win, place in pairs(places) do
    go_to(win, place)
  end
end

--- Go to the next or the previous message.
---@param direction 1|-1
function M.step(direction)
  local row = vim.fn.line('.')
  local index = block_at(row)
  if not index then
    return
  end
  local body = row_of(index) + shown[index].body
  -- From inside a message, back is to its beginning.
  local wanted = direction < 0 and row > body and index or index + direction
  if shown[wanted] then
    vim.api.nvim_win_set_cursor(0, { row_of(wanted) + shown[wanted].body, 0 })
  end
end

local function set_up(win)
  for name, value in pairs({
    wrap = true,
    linebreak = true,
    breakindent = true,
    showbreak = '',
    list = false,
    spell = false,
    number = false,
    relativenumber = false,
    cursorline = false,
    colorcolumn = '',
    signcolumn = 'no',
    foldcolumn = '0',
    foldenable = false,
    statuscolumn = '',
    winfixwidth = true,
    winfixheight = true,
  }) do
    vim.api.nvim_set_option_value(name, value, { scope = 'local', win = win })
  end
end

--- The width of the chat for the width of the screen.
local function chat_width()
  return ui.side_width(config.options.chat_width, LEAST_WIDTH, MOST_WIDTH)
end

local function open_log()
  local input_win = M.input_window()
  if input_win then
    vim.api.nvim_set_current_win(input_win)
    vim.cmd('aboveleft split')
  else
    vim.cmd('botright vertical ' .. chat_width() .. 'split')
  end
  local win = vim.api.nvim_get_current_win()
  vim.api.nvim_win_set_buf(win, M.log)
  set_up(win)
  return win
end

local function open_input()
  vim.cmd('belowright ' .. INPUT_HEIGHT .. 'split')
  vim.api.nvim_win_set_buf(0, M.input)
  set_up(0)
end

--- Scroll to the end if the cursor is there: a window that has just been made for lines that were shown
--- before may show the first of them all the same.
local function show_end(win)
  if vim.api.nvim_win_get_cursor(win)[1] == vim.api.nvim_buf_line_count(M.log) then
    vim.api.nvim_win_call(win, function()
      vim.cmd('normal! zb')
    end)
  end
end

--- Have a window begin with a message, if more follows than the window has room for.
local function show_from(win, id)
  local index = id and index_of(id)
  if not index then
    return
  end
  local row = row_of(index)
  local height = vim.api.nvim_win_text_height(win, { start_row = row - 1 }).all
  if height > vim.api.nvim_win_get_height(win) then
    vim.api.nvim_win_call(win, function()
      vim.fn.winrestview({ topline = row, lnum = row + shown[index].body, col = 0 })
    end)
  end
end

--- Show both windows and go to the input; a window that was closed is back where it was.
---@param first_unread string? the id of a message; it is shown if the user was at the end
function M.open(first_unread)
  local log_win = M.log_window()
  if not log_win then
    log_win = open_log()
    if M.input_window() then
      vim.api.nvim_win_set_height(M.input_window(), INPUT_HEIGHT)
    else
      open_input()
    end
    go_to(log_win, left or { is_at_end = true })
    show_end(log_win)
    show_from(log_win, (not left or left.is_at_end) and first_unread or nil)
  elseif not M.input_window() then
    vim.api.nvim_set_current_win(log_win)
    open_input()
  end
  vim.api.nvim_set_current_win(M.input_window())
end

--- Remember where the user is, for the next time.
function M.remember()
  local win = M.log_window()
  left = win and place_of(win) or left
end

--- Forget where the user was: the messages are others.
function M.forget()
  left = nil
end

--- How many windows of the tab page are no floats.
local function window_count()
  return #vim.tbl_filter(function(win)
    return vim.api.nvim_win_get_config(win).relative == ''
  end, vim.api.nvim_tabpage_list_wins(0))
end

--- Close both windows, except for the last one of the tab page.
function M.close()
  M.remember()
  for _, win in ipairs({ M.input_window() or 0, M.log_window() or 0 }) do
    if win ~= 0 and window_count() > 1 then
      vim.api.nvim_win_close(win, true)
    end
  end
end

--- Give the chat its share of a screen that has another width now.
function M.resize()
  local win = M.log_window()
  if win then
    vim.api.nvim_win_set_width(win, chat_width())
  end
end

return M

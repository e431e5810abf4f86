-- Following: the window shows what a participant sees, until the user moves the cursor.
local files = require('peerline.files')
local lsp = require('peerline.lsp')
local text = require('peerline.text')
local ui = require('peerline.ui')

local M = {}

-- The cursor position set by following: {win, buf, row, column}. Anywhere else, the user moved.
local expected = nil
-- The place that was brought into view last, or waits for the text of its file.
local latest = nil
-- The file that could not be shown: nothing moves until the participant is in another one, or it is open.
local paused = nil
-- Why the view cannot go to where the participant is, as the user was told.
local told = nil

--- Follow a participant.
---@param person table
function M.start(person)
  paused, told = nil, nil
  lsp.act('follow', { user_id = person.user_id }, function()
    text.notify('following ' .. person.username .. '; move to stop')
  end)
end

--- Follow a host who asks everybody to.
---@param summons {user_id: string, username: string}
function M.summoned(summons)
  M.start(summons)
end

--- Stop following.
function M.stop()
  expected, paused, told, latest = nil, nil, nil, nil
  lsp.command('unfollow', nil)
end

--- Forget the session: nothing of it is watched any more.
function M.clear()
  expected, paused, told, latest = nil, nil, nil, nil
  pcall(vim.api.nvim_del_augroup_by_name, 'peerline_follow')
end

--- Whether following waits because a file could not be shown.
---@return boolean
function M.is_paused()
  return paused ~= nil
end

--- Whether the user has moved the cursor in the window that follows.
local function user_moved()
  if not expected or not vim.api.nvim_win_is_valid(expected.win) then
    return expected ~= nil
  end
  local cursor = vim.api.nvim_win_get_cursor(expected.win)
  return vim.api.nvim_win_get_buf(expected.win) ~= expected.buf
    or cursor[1] ~= expected.row
    or cursor[2] ~= expected.column
end

--- Do an edit of others in a buffer: that it moves the cursor is no move of the user.
---@param buf integer
---@param act fun()
function M.kept(buf, act)
  local is_here = expected and expected.buf == buf and not user_moved()
  act()
  if is_here then
    local cursor = vim.api.nvim_win_get_cursor(expected.win)
    expected.row, expected.column = cursor[1], cursor[2]
  end
end

local function end_by_move()
  M.stop()
  text.notify('you moved: no longer following')
end

--- Whether a file that could not be shown can be shown now.
local function is_clear(win, name)
  if paused.is_unsaved then
    return not files.would_abandon(win)
  end
  local buf = files.buffer_named(name)
  return buf ~= nil and vim.api.nvim_buf_is_loaded(buf)
end

--- Pause with one sentence that says why, and what to do.
local function pause(params, reason, is_unsaved)
  expected = nil
  paused = { uri = params.uri, is_unsaved = is_unsaved }
  local remedy = is_unsaved and 'save them' or 'open it yourself'
  local who = params.username and text.line(params.username, 24) or 'the participant'
  text.notify(
    ('following %s is paused: %s; %s to go on'):format(who, reason, remedy),
    vim.log.levels.WARN
  )
  vim.cmd.redrawstatus({ bang = true })
end

--- Put the cursor of the current window where the participant is, and make it visible.
local function place_cursor(params, win)
  local buf = vim.api.nvim_get_current_buf()
  local row, column = lsp.place(buf, params.position)
  expected = { win = win, buf = buf, row = row + 1, column = column }
  vim.api.nvim_win_set_cursor(0, { row + 1, column })
  if vim.fn.foldclosed('.') ~= -1 then
    vim.cmd('normal! zv')
  end
  if params.viewport then
    vim.fn.winrestview({ topline = math.min(params.viewport.start + 1, row + 1) })
    if row + 1 > vim.fn.line('w$') then
      vim.cmd('normal! zz')
    end
  else
    vim.cmd('normal! zz')
  end
  -- Asking for the column scrolls a window without 'wrap' sideways, also if it is not the current one.
  vim.fn.wincol()
  -- In normal mode the cursor cannot be past the last character.
  expected.column = vim.api.nvim_win_get_cursor(0)[2]
end

--- Handle peerline/follow.
---@param params table
function M.update(params)
  if not params.user_id then
    expected, paused, told, latest = nil, nil, nil, nil
    return
  end
  if not params.uri or not params.position then
    if params.reason and params.reason ~= told then
      text.notify(text.reveal(params.reason) .. '; following waits')
    end
    told = params.reason
    return
  end
  told = nil
  -- A move by the user for which no autocommand has run yet must not be undone.
  if user_moved() then
    end_by_move()
    return
  end
  local win = ui.file_window()
  local name = vim.uri_to_fname(params.uri)
  if paused and paused.uri == params.uri and not is_clear(win, name) then
    return
  end
  local reason = files.show(win, name)
  if reason then
    pause(params, reason, files.would_abandon(win))
    return
  end
  paused, latest = nil, params
  local buf = vim.api.nvim_win_get_buf(win)
  -- Until the text of a shared file is there; a move of the user ends following meanwhile, too.
  local cursor = vim.api.nvim_win_get_cursor(win)
  expected = { win = win, buf = buf, row = cursor[1], column = cursor[2] }
  require('peerline.documents.session_files').when_read(buf, function()
    local is_shown = vim.api.nvim_win_is_valid(win) and vim.api.nvim_win_get_buf(win) == buf
    if latest == params and is_shown then
      vim.api.nvim_win_call(win, function()
        place_cursor(params, win)
      end)
    end
  end)
end

local function on_moved()
  if not expected or not files.is_file(0) then
    return
  end
  if vim.api.nvim_get_current_win() ~= expected.win or user_moved() then
    end_by_move()
  end
end

--- Watch for moves by the user.
function M.setup()
  vim.api.nvim_create_autocmd({ 'CursorMoved', 'CursorMovedI' }, {
    group = vim.api.nvim_create_augroup('peerline_follow', { clear = true }),
    callback = on_moved,
  })
end

return M

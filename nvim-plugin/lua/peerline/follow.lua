-- Following: the window shows what a participant sees, until the user moves the cursor.
local lsp = require('peerline.lsp')
local text = require('peerline.text')
local ui = require('peerline.ui')

local M = {}

-- The cursor position set by following: {win, buf, row, column}. Anywhere else, the user moved.
local expected = nil

--- Follow a participant.
---@param person table
function M.start(person)
  lsp.command('follow', { user_id = person.user_id }, function(refusal)
    if refusal then
      text.notify(refusal, vim.log.levels.WARN)
    else
      text.notify('following ' .. person.username .. '; move to stop')
    end
  end)
end

--- Follow a host who asks everybody to.
---@param summons {user_id: string, username: string}
function M.summoned(summons)
  M.start(summons)
end

--- Stop following.
function M.stop()
  expected = nil
  lsp.command('unfollow', nil)
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

local function end_by_move()
  M.stop()
  text.notify('you moved: no longer following')
end

--- Handle peerline/follow.
---@param params table
function M.update(params)
  if not params.user_id then
    expected = nil
    return
  end
  if not params.uri or not params.position then
    return
  end
  -- A move by the user for which no autocommand has run yet must not be undone.
  if user_moved() then
    end_by_move()
    return
  end
  local win = ui.file_window()
  local name = vim.uri_to_fname(params.uri)
  vim.api.nvim_win_call(win, function()
    if vim.api.nvim_buf_get_name(0) ~= name then
      vim.cmd.edit(vim.fn.fnameescape(name))
    end
    local buf = vim.api.nvim_get_current_buf()
    local row, column = lsp.place(buf, params.position)
    expected = { win = win, buf = buf, row = row + 1, column = column }
    vim.api.nvim_win_set_cursor(0, { row + 1, column })
    if params.viewport then
      local top = math.min(params.viewport.start + 1, row + 1)
      vim.fn.winrestview({ topline = top })
      if row + 1 > vim.fn.line('w$') then
        vim.cmd('normal! zz')
      end
    else
      vim.cmd('normal! zz')
    end
    -- In normal mode the cursor cannot be past the last character.
    expected.column = vim.api.nvim_win_get_cursor(0)[2]
  end)
end

local function on_moved()
  if not expected or vim.bo.buftype ~= '' then
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

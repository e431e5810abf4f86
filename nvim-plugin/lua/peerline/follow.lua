-- Going where a participant is, once or until one moves oneself.

local lsp = require('peerline.lsp')
local notify = require('peerline.notify')
local participants = require('peerline.participants')
local positions = require('peerline.positions')
local presence = require('peerline.presence')
local status = require('peerline.status')
local text = require('peerline.text')
local windows = require('peerline.windows')

local M = {}

--- Where following has put a window. A window that is found elsewhere was moved by its user.
--- @type { win: integer, buf: integer, row: integer, col: integer, top: integer, height: integer }?
local placed = nil
--- The window whose bar says whom we follow, and what its bar was.
local banner = nil ---@type { win: integer, before: string }?
local missing_uri = nil ---@type string?

local function describe(win)
  local cursor = vim.api.nvim_win_get_cursor(win)
  return {
    win = win,
    buf = vim.api.nvim_win_get_buf(win),
    row = cursor[1],
    col = cursor[2],
    top = vim.fn.line('w0', win),
    height = vim.api.nvim_win_get_height(win),
  }
end

--- Move a window to a place, showing the same lines as the other's where they fit.
--- @param win integer
--- @param uri string
--- @param position table?
--- @param viewport table?
--- @return boolean whether the file is here
local function move(win, uri, position, viewport)
  local buf = windows.show(win, uri)
  if not buf then
    return false
  end
  local row, col
  if position then
    row, col = positions.to_bytes(buf, position, lsp.encoding())
  elseif viewport then
    row, col = positions.clamp_row(buf, math.floor((viewport.start + viewport['end']) / 2)), 0
  else
    return true
  end
  vim.api.nvim_win_call(win, function()
    vim.api.nvim_win_set_cursor(win, { row + 1, col })
    local height = vim.api.nvim_win_get_height(win)
    local top = viewport and positions.clamp_row(buf, viewport.start)
    if top and row >= top and row < top + height then
      vim.fn.winrestview({ topline = top + 1 })
    elseif row + 1 < vim.fn.line('w0') or row + 1 > vim.fn.line('w$') then
      vim.cmd.normal({ 'zz', bang = true })
    end
  end)
  return true
end

--- Go to where a participant is, once.
--- @param participant table EditorParticipant
function M.go_to(participant)
  local name = text.name(participant.username)
  local place = presence.get(participant.user_id)
  if not place or not place.uri then
    notify.warn(('%s is in no file of this workspace'):format(name))
    return
  end
  local win = windows.file_window()
  if not move(win, place.uri, place.cursor, place.viewport) then
    notify.warn(('%s is in a file that is not here'):format(name))
    return
  end
  vim.api.nvim_set_current_win(win)
  vim.cmd.normal({ 'zv', bang = true })
end

local function hide_banner()
  if banner and vim.api.nvim_win_is_valid(banner.win) then
    local options = { scope = 'local', win = banner.win }
    vim.api.nvim_set_option_value('winbar', banner.before, options)
  end
  banner = nil
end

local function show_banner(win, name)
  if banner and banner.win ~= win then
    hide_banner()
  end
  if not banner then
    banner = { win = win, before = vim.wo[win].winbar }
  end
  local bar = ' ⇢ following ' .. text.escape_statusline(text.name(name)) .. ' (move to stop)'
  vim.api.nvim_set_option_value('winbar', bar, { scope = 'local', win = win })
end

local function followed()
  return status.current.following and participants.get(status.current.following)
end

--- The name of who is followed.
--- @return string?
function M.name()
  local participant = followed()
  if participant then
    return text.name(participant.username)
  end
  return status.current.following and '…' or nil
end

local function on_follow(params)
  if not params.user_id then
    placed = nil
    hide_banner()
    return
  end
  local win = placed and windows.shows_files(placed.win) and placed.win or windows.file_window()
  show_banner(win, params.username or '')
  if not params.uri then
    placed = describe(win)
    return
  end
  if move(win, params.uri, params.position, params.viewport) then
    missing_uri = nil
  elseif missing_uri ~= params.uri then
    missing_uri = params.uri
    local path = vim.fs.basename(positions.path_of(params.uri) or '')
    notify.info(('%s is in %s, which is not here'):format(text.name(params.username or ''), path))
  end
  placed = describe(win)
end

local function stop()
  placed = nil
  hide_banner()
  lsp.execute('peerline.unfollow')
end

--- End following if the user has moved the window that follows.
local function check()
  if not placed then
    return
  end
  if not vim.api.nvim_win_is_valid(placed.win) then
    stop()
    return
  end
  if vim.api.nvim_get_current_win() ~= placed.win then
    return
  end
  local now = describe(placed.win)
  local is_moved = now.buf ~= placed.buf or now.row ~= placed.row or now.col ~= placed.col
  local is_scrolled = now.top ~= placed.top and now.height == placed.height
  if is_moved or is_scrolled then
    stop()
  end
end

function M.setup()
  lsp.on('peerline/follow', on_follow)
  lsp.on('exit', function()
    on_follow({})
  end)
  status.on_change(function(new)
    if not new.following then
      on_follow({})
    end
  end)
  local events = { 'CursorMoved', 'CursorMovedI', 'WinScrolled', 'BufEnter', 'WinClosed', 'InsertEnter' }
  vim.api.nvim_create_autocmd(events, {
    group = vim.api.nvim_create_augroup('peerline.follow', { clear = true }),
    callback = function(event)
      if event.event == 'InsertEnter' and placed then
        if vim.api.nvim_get_current_win() == placed.win then
          stop()
        end
      elseif event.event == 'WinClosed' then
        vim.schedule(check)
      else
        check()
      end
    end,
  })
end

return M

-- Where we are: the connection's state and the session, told when they change.

local lsp = require('peerline.lsp')
local notify = require('peerline.notify')
local text = require('peerline.text')

local M = {}

local OFFLINE = { state = 'offline', participants = 0 }

--- The last `peerline/state`.
--- @type table
M.current = OFFLINE

local changed = {} ---@type fun(new: table, old: table)[]

--- Call `callback` after every change of the state.
--- @param callback fun(new: table, old: table)
function M.on_change(callback)
  table.insert(changed, callback)
end

local function title(state)
  return state.title and ('“%s”'):format(text.truncate(text.one_line(state.title), 30))
    or 'the session'
end

local function because(state)
  return state.reason and (': ' .. state.reason) or ''
end

local function tell(new, old)
  if new.state == old.state then
    if new.state == 'offline' and new.reason and new.reason ~= old.reason then
      notify.warn(new.reason)
    end
  elseif new.state == 'joined' then
    local again = old.state == 'reconnecting' and 'back in' or 'joined'
    notify.info(('%s %s as %s'):format(again, title(new), new.role or 'guest'))
  elseif new.state == 'reconnecting' then
    notify.warn('connection lost, reconnecting' .. because(new))
  elseif new.state == 'offline' then
    local say = new.reason and notify.warn or notify.info
    say('not connected' .. because(new))
  end
end

local function set(new)
  local old = M.current
  M.current = new
  tell(new, old)
  for _, callback in ipairs(changed) do
    callback(new, old)
  end
  vim.cmd.redrawstatus({ bang = true })
end

--- Whether we are in a session, even while its connection is being made again.
--- @return boolean
function M.is_in_session()
  return M.current.state == 'joined' or M.current.state == 'reconnecting'
end

--- One line that says where we are.
--- @return string
function M.describe()
  local state = M.current
  if state.state ~= 'joined' then
    return state.state .. because(state)
  end
  local count = state.participants == 1 and '1 participant'
    or ('%d participants'):format(state.participants or 0)
  local name = text.name(state.username or '?')
  return ('in %s as %s (%s), %s'):format(title(state), name, state.role or '?', count)
end

local SHORT = {
  offline = '○ offline',
  connecting = '◌ connecting',
  reconnecting = '◌ reconnecting',
}

--- The state in a few characters, for the status line.
--- @return string
function M.short()
  local state = M.current
  return SHORT[state.state] or ('● %d'):format(state.participants or 0)
end

function M.setup()
  lsp.on('peerline/state', set)
  lsp.on('exit', function()
    if M.current.state ~= 'offline' then
      set(OFFLINE)
    end
  end)
  lsp.on('peerline/notice', function(notice)
    local say = { info = notify.info, warning = notify.warn, error = notify.error }
    local show = say[notice.level] or notify.info
    show(notice.message or '')
  end)
end

return M

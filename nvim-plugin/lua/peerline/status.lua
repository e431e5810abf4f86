-- Where the bridge is with its session, for the statusline and as one line on change.
local lsp = require('peerline.lsp')
local text = require('peerline.text')

local M = {}

M.state = { state = 'offline', participants = 0 }
M.unread = 0

local labels = {
  offline = '○ offline',
  connecting = '◌ connecting',
  waiting = '◌ waiting to be let in',
  joined = '●',
  reconnecting = '◌ reconnecting',
}

local function announce(before, now)
  if before.state == now.state then
    return
  end
  if now.state == 'joined' then
    local title = now.title or 'the session'
    text.notify(
      ('%s %s as %s'):format(before.state == 'reconnecting' and 'back in' or 'joined', title, now.role)
    )
  elseif now.state == 'reconnecting' then
    text.notify((now.reason or 'the connection broke') .. '; reconnecting', vim.log.levels.WARN)
  elseif now.state == 'waiting' then
    text.notify('a host must let you in; wait')
  elseif now.state == 'offline' and before.state ~= 'connecting' then
    text.notify(now.reason or 'you left')
  end
end

--- Take over a state of the bridge.
---@param state table
function M.set(state)
  local before = M.state
  M.state = state
  announce(before, state)
  require('peerline.chat').update_title()
  vim.cmd.redrawstatus({ bang = true })
end

--- The name of a participant whom one follows, or nil.
---@return string?
function M.followed_name()
  local id = M.state.following
  return id and require('peerline.participants').name_of(id) or nil
end

--- One short text for a statusline; empty while no session was ever joined.
---@return string
function M.statusline()
  local state = M.state
  if state.state == 'offline' and not lsp.client() then
    return ''
  end
  local parts = { 'Peerline ' .. (labels[state.state] or state.state) }
  if state.state == 'joined' then
    parts[1] = parts[1] .. ' ' .. state.participants
  end
  if M.unread > 0 then
    parts[#parts + 1] = '✉ ' .. M.unread
  end
  local followed = M.followed_name()
  if followed then
    parts[#parts + 1] = '→ ' .. text.line(followed, 20)
  end
  return table.concat(parts, ' ')
end

return M

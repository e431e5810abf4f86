-- The state of the session, for the statusline and as a one-line message on change.
local lsp = require('peerline.lsp')
local text = require('peerline.text')

local M = {}

M.state = { state = 'offline', participants = 0 }
M.unread = 0

local labels = {
  offline = '○ offline',
  connecting = '◌ connecting',
  waiting = '◌ waiting for a host',
  joined = '●',
  reconnecting = '◌ reconnecting',
}

-- Connection changes are shown in the statusline only: a message for each lost connection would
-- interrupt the work, and what the user has to know arrives as a notice.
local function announce(before, now)
  -- A session that takes the place of another may be known before it is joined, or be joined at once.
  local begins = before.session_id ~= now.session_id
    or before.state == 'offline'
    or before.state == 'connecting'
  if now.state == 'joined' and begins then
    text.notify(('joined %s as %s'):format(now.title or 'the session', now.role))
  elseif now.state == 'waiting' and before.state ~= 'waiting' then
    text.notify('waiting for a host to admit you')
  end
end

--- Apply a state sent by the bridge.
---@param state table
function M.set(state)
  local before = M.state
  M.state = state
  announce(before, state)
  require('peerline.chat').update_title()
  require('peerline.pending').update()
  vim.cmd.redrawstatus({ bang = true })
end

--- The name of the participant being followed, or nil.
---@return string?
function M.followed_name()
  local id = M.state.following
  return id and require('peerline.participants').name_of(id) or nil
end

--- One short text for a statusline; empty until a session has been joined.
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
  if (state.pending or 0) > 0 then
    parts[#parts + 1] = '⧗ ' .. state.pending
  end
  if (state.refused or 0) > 0 then
    parts[#parts + 1] = '✗ ' .. state.refused
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

-- The state of the session: for the statusline, and as a one-line message on change.
local events = require('peerline.events')
local lsp = require('peerline.lsp')
local sign = require('peerline.unread_sign')
local text = require('peerline.text')
local unread = require('peerline.unread')

local M = {}

M.state = { state = 'offline', participants = 0 }

-- Whether the user's statusline, winbar or tabline shows this: a caller of statusline() shows it.
local is_shown = false
local last_unread = 0

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

local function sign_text()
  local parts = {}
  if M.state.state == 'reconnecting' then
    parts[#parts + 1] = labels.reconnecting
  end
  if unread.count > 0 then
    parts[#parts + 1] = '✉ ' .. unread.count
  end
  return #parts > 0 and ' ' .. table.concat(parts, ' ') .. ' ' or nil
end

--- Show what the statusline and the sign tell again.
function M.changed()
  sign.show(sign_text(), is_shown)
  if unread.count ~= last_unread then
    last_unread = unread.count
    events.emit('Unread', { count = unread.count })
  end
  vim.cmd.redrawstatus({ bang = true })
end

--- Keep the sign in its place while the screen, its tab page or its windows change.
function M.setup()
  vim.api.nvim_create_autocmd({ 'VimResized', 'TabEnter', 'WinClosed' }, {
    group = vim.api.nvim_create_augroup('peerline_status', { clear = true }),
    callback = vim.schedule_wrap(M.changed),
  })
end

--- Stop that.
function M.stop()
  pcall(vim.api.nvim_del_augroup_by_name, 'peerline_status')
end

--- Apply a state sent by the bridge.
---@param state table
function M.set(state)
  local before = M.state
  M.state = state
  announce(before, state)
  local chat = require('peerline.chat')
  if state.state == 'joined' then
    chat.begin(state.session_id)
    require('peerline.session').joined()
  elseif state.state == 'offline' and before.state ~= 'offline' then
    chat.finish()
    require('peerline.session').finished()
  end
  chat.update_title()
  require('peerline.agent_view').set_state(before, state)
  require('peerline.pending').update()
  if before.state ~= state.state then
    events.emit('State', { state = state.state, before = before.state })
  end
  M.changed()
end

--- The name of the participant being followed, or nil.
---@return string?
function M.followed_name()
  local id = M.state.following
  return id and require('peerline.participants').name_of(id) or nil
end

--- The parts of the statusline, as text.
---@return string
function M.text()
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
  if unread.count > 0 then
    parts[#parts + 1] = '✉ ' .. unread.count
  end
  local mark = require('peerline.documents').mark(0)
  if mark ~= '' then
    parts[#parts + 1] = mark
  end
  local followed = M.followed_name()
  if followed then
    local is_paused = require('peerline.follow').is_paused()
    parts[#parts + 1] = '→ ' .. text.line(followed, 20) .. (is_paused and ' (paused)' or '')
  end
  return table.concat(parts, ' ')
end

--- The state in words, for somebody who asks for it; empty without a session.
---@return string
function M.sentence()
  local state = M.state
  if state.state ~= 'joined' then
    return M.text()
  end
  local parts = {
    ('in %s as %s, %d here'):format(text.line(state.title or '', 30), state.role or '', state.participants or 0),
  }
  if unread.count > 0 then
    parts[#parts + 1] = ('%d unread'):format(unread.count)
  end
  parts[#parts + 1] = ':help :Peerline'
  return table.concat(parts, '; ')
end

--- Whether a statusline of the user shows the session.
---@return boolean
function M.is_shown()
  return is_shown
end

--- One short text for a statusline; empty until a session has been joined.
---@return string
function M.statusline()
  if not is_shown then
    is_shown = true
    -- A window must not be closed while the statusline is drawn.
    vim.schedule(M.changed)
  end
  return M.text()
end

return M

-- The plugin's public functions: setup, the status line's text, where the session is.

local M = {}

local is_ready = false

local function wire()
  is_ready = true
  require('peerline.highlights').setup()
  local parts = { 'status', 'participants', 'presence', 'follow', 'chat', 'comments', 'thread' }
  for _, part in ipairs(parts) do
    require('peerline.' .. part).setup()
  end
  -- The attaching comes before the cursor, which is sent for attached files only.
  require('peerline.lsp').setup()
  require('peerline.cursor').setup()
end

--- Set options (see |peerline-setup|); raises an error that names a field of the wrong type.
--- @param options table?
function M.setup(options)
  require('peerline.config').set(options)
  M.ensure()
end

--- Make everything ready, with the default options if `setup` was not called.
function M.ensure()
  if not is_ready then
    wire()
  end
end

--- The state in a few words for the status line; its `%` are doubled, so use `%{%…%}`.
--- @return string
function M.statusline()
  if not is_ready then
    return ''
  end
  local text = require('peerline.text')
  local parts = { 'peerline ' .. require('peerline.status').short() }
  local unread = require('peerline.chat').unread()
  if unread > 0 then
    table.insert(parts, ('✉ %d'):format(unread))
  end
  local name = require('peerline.follow').name()
  if name then
    table.insert(parts, '⇢ ' .. name)
  end
  return text.escape_statusline(table.concat(parts, ' '))
end

--- The last state that the bridge told: a copy of `EditorState`.
--- @return table
function M.state()
  return vim.deepcopy(require('peerline.status').current)
end

--- The number of chat messages that have not been in view.
--- @return integer
function M.unread()
  return require('peerline.chat').unread()
end

return M

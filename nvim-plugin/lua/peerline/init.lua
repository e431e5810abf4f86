-- Peerline: others' cursors, a chat and comments on lines, in a shared session.
local M = {}

--- Configure the plugin. All fields are optional, see |peerline-setup|.
---@param options table?
function M.setup(options)
  require('peerline.config').set(options)
  require('peerline.highlights').setup()
end

--- One short text for a statusline: state, people, unread messages, the person being followed.
---@return string
function M.statusline()
  return require('peerline.status').statusline()
end

return M

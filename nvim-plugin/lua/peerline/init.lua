-- Peerline: others' cursors, a chat and comments on lines, in a shared session.
local M = {}

--- Configure the plugin. All fields are optional, see |peerline-setup|.
---@param options table?
function M.setup(options)
  require('peerline.config').set(options)
  require('peerline.highlights').setup()
end

--- The shared document of a buffer: its id, its generation, how the texts stand ('equal', 'waiting'
--- or 'detached'), and how many own changes the server has not confirmed; nil if it is not shared.
---@param buf integer? the current buffer if it is left out or 0
---@return {id: string, generation: string, state: string, pending: integer}?
function M.document(buf)
  return require('peerline.documents').document(buf or 0)
end

--- One short text for a statusline: state, people, unread messages, the person being followed.
---@return string
function M.statusline()
  return require('peerline.status').statusline()
end

return M

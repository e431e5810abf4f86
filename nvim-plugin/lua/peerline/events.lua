-- The User autocommands: PeerlineJoined, PeerlineLeft, PeerlineState, PeerlineMessage, PeerlineUnread.
local failures = require('peerline.failures')

local M = {}

--- Run the user's autocommands of an event.
---@param name string without the prefix
---@param data any what the autocommand finds in `event.data`
function M.emit(name, data)
  local is_done, _, place = failures.call(vim.api.nvim_exec_autocmds, 'User', {
    pattern = 'Peerline' .. name,
    modeline = false,
    data = data,
  })
  if not is_done then
    vim.lsp.log.error('peerline', 'User Peerline' .. name, place)
  end
end

return M

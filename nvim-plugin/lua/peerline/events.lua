-- The User autocommands: PeerlineJoined, PeerlineLeft, PeerlineState, PeerlineMessage, PeerlineUnread.
local M = {}

--- Run the user's autocommands of an event.
---@param name string without the prefix
---@param data any what the autocommand finds in `event.data`
function M.emit(name, data)
  local is_done, failure = pcall(vim.api.nvim_exec_autocmds, 'User', {
    pattern = 'Peerline' .. name,
    modeline = false,
    data = data,
  })
  if not is_done then
    vim.lsp.log.error('peerline', 'User Peerline' .. name, failure)
  end
end

return M

-- The versions of buffers as the bridge is told them: none stands for two texts.
local files = require('peerline.files')

local M = {}

-- The versions with which buffers were opened last. Neovim opens a buffer that it has read again
-- with the version of before: an edit of the old text would be made in the new one.
local opened = {}

--- The same connection to the bridge, by which each buffer is opened with a version of its own.
---@param rpc vim.lsp.rpc.PublicClient
---@return vim.lsp.rpc.PublicClient
function M.told(rpc)
  local notify = rpc.notify
  rpc.notify = function(method, params)
    local buf = method == 'textDocument/didOpen' and files.loaded(params.textDocument.uri)
    if buf then
      -- Changes come with the tick as their version, and it only grows.
      opened[buf] = vim.api.nvim_buf_get_changedtick(buf)
      params.textDocument.version = opened[buf]
    end
    return notify(method, params)
  end
  return rpc
end

--- The version of a buffer.
---@param buf integer
---@return integer
function M.of(buf)
  return math.max(vim.lsp.util.buf_versions[buf], opened[buf] or 0)
end

return M

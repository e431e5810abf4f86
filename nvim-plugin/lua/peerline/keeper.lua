-- Keeps Neovim's watch over the changes of buffers alive while no bridge runs.
--
-- Neovim ends its watch at the first change that finds no client attached, and never begins it again
-- for that buffer: the next bridge would be told of no change. A client that is never initialized is
-- shown nowhere and told nothing, but it counts.
local M = {}

local client_id = nil

--- A server that never answers.
local function silence()
  local is_closing = false
  return {
    request = function()
      return true, 1
    end,
    notify = function()
      return true
    end,
    is_closing = function()
      return is_closing
    end,
    terminate = function()
      is_closing = true
    end,
  }
end

local function keeper()
  local client = client_id and vim.lsp.get_client_by_id(client_id)
  if not client or client:is_stopped() then
    client_id = vim.lsp.start({ name = 'peerline-keeper', cmd = silence }, { attach = false, silent = true })
  end
  return client_id
end

--- Have the changes of a buffer watched until it is unloaded.
---@param buf integer
function M.keep(buf)
  local id = vim.api.nvim_buf_is_loaded(buf) and keeper()
  if id then
    vim.lsp.buf_attach_client(buf, id)
  end
end

return M

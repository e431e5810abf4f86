-- Viewers' buffers cannot be modified, and say why.
local text = require('peerline.text')

local M = {}

-- The user's own 'modifiable' of the buffers that are locked.
local locked = {}

--- Lock a buffer, and give the reason when the user tries to write.
---@param buf integer
function M.lock(buf)
  if locked[buf] then
    return
  end
  locked[buf] = { modifiable = vim.bo[buf].modifiable }
  vim.bo[buf].modifiable = false
  if buf == vim.api.nvim_get_current_buf() and vim.api.nvim_get_mode().mode:match('^[iR]') then
    vim.cmd.stopinsert()
  end
  -- Neovim has no event for a change that it refuses; the error is the only trace.
  locked[buf].watch = vim.api.nvim_create_autocmd('SafeState', {
    callback = function()
      if vim.startswith(vim.v.errmsg, 'E21:') and vim.api.nvim_get_current_buf() == buf then
        vim.v.errmsg = ''
        local asked = require('peerline.participants').ask_hosts('to make you an editor')
        text.notify('you are a viewer here and cannot edit; ' .. asked, vim.log.levels.WARN)
      end
    end,
  })
end

--- Give the buffer back to the user as it was.
---@param buf integer
function M.unlock(buf)
  local before = locked[buf]
  locked[buf] = nil
  if not before then
    return
  end
  pcall(vim.api.nvim_del_autocmd, before.watch)
  if vim.api.nvim_buf_is_valid(buf) then
    vim.bo[buf].modifiable = before.modifiable
  end
end

return M

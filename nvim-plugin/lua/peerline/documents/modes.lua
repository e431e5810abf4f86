-- Modes in which text of others would do harm: edits wait for their end.
local lsp = require('peerline.lsp')

local M = {}

-- The buffers whose edits wait.
local waiting = {}

-- Whether the insert at hand is repeated in the other lines of a block.
local is_block_insert = false

--- Whether an edit of some rows of a buffer would do harm now.
---
--- Neovim moves the cursor, the marks and the place of an insert with an edit, but neither the start
--- of a selection or of a pending operator, nor the lines of a blockwise insert, nor the start of the
--- word that is being completed: with a line more above, the next match takes a line's text away.
---@param buf integer
---@param rows {first: integer, last: integer}? all, if it is left out
---@return boolean
function M.would_harm(buf, rows)
  if buf ~= vim.api.nvim_get_current_buf() then
    return false
  end
  local mode = vim.api.nvim_get_mode().mode
  if mode:match('^no') or mode:match('^[vV\22sS\19]') then
    return true
  end
  if is_block_insert then
    return true
  end
  if mode:match('^[iR][cx]') then
    return not rows or rows.first < vim.api.nvim_win_get_cursor(0)[1]
  end
  return false
end

--- Have the bridge told when an edit that would do harm now can be made.
---@param buf integer
function M.wait(buf)
  waiting[buf] = true
end

--- Tell the bridge which edits can be made now.
function M.check()
  for buf in pairs(waiting) do
    if not vim.api.nvim_buf_is_valid(buf) then
      waiting[buf] = nil
    elseif not M.would_harm(buf) then
      waiting[buf] = nil
      lsp.notify('peerline/ready', { uri = vim.uri_from_bufnr(buf) })
    end
  end
end

--- Watch the modes.
function M.setup()
  local group = vim.api.nvim_create_augroup('peerline_document_modes', { clear = true })
  vim.api.nvim_create_autocmd('ModeChanged', {
    group = group,
    callback = function()
      local before, now = vim.v.event.old_mode, vim.v.event.new_mode
      if now:match('^[iR]') then
        is_block_insert = is_block_insert or before:match('^\22') ~= nil
      else
        is_block_insert = false
      end
      if next(waiting) then
        -- The operator, or the insert in the other lines, is done behind this event.
        vim.schedule(M.check)
      end
    end,
  })
  vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'CompleteDone' }, {
    group = group,
    callback = function()
      if next(waiting) then
        vim.schedule(M.check)
      end
    end,
  })
end

--- Stop that.
function M.clear()
  waiting = {}
  is_block_insert = false
  pcall(vim.api.nvim_del_augroup_by_name, 'peerline_document_modes')
end

return M

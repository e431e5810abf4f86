-- Files in windows: finds the buffer of a name, and opens files without prompts and lost text.
local text = require('peerline.text')

local M = {}

--- The buffer with exactly this name: bufnr() takes names such as `[id].tsx` for patterns.
---@param name string
---@return integer? buf
function M.buffer_named(name)
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_get_name(buf) == name then
      return buf
    end
  end
end

--- The loaded buffer of a URI, or nil.
---@param uri string?
---@return integer? buf
function M.loaded(uri)
  local buf = uri and M.buffer_named(vim.uri_to_fname(uri))
  return buf and vim.api.nvim_buf_is_loaded(buf) and buf or nil
end

--- Whether a buffer is a shared document without a file of the user's own.
---@param buf integer
---@return boolean
function M.is_shared_only(buf)
  return vim.bo[buf].buftype == 'acwrite' and vim.startswith(vim.api.nvim_buf_get_name(buf), 'peerline-file://')
end

--- Whether a buffer is a file, on the disk or in the session.
---@param buf integer
---@return boolean
function M.is_file(buf)
  return vim.bo[buf].buftype == '' or M.is_shared_only(buf)
end

--- Whether leaving the window's buffer would lose text: Neovim refuses to, without 'hidden'.
---@param win integer
---@return boolean
function M.would_abandon(win)
  local buf = vim.api.nvim_win_get_buf(win)
  return vim.bo[buf].modified
    and not vim.o.hidden
    and not vim.o.autowriteall
    and vim.bo[buf].bufhidden ~= 'hide'
    and #vim.fn.win_findbuf(buf) == 1
end

--- Show a file in a window.
---@param win integer
---@param name string
---@return string? reason why that is not possible
function M.show(win, name)
  local shown = vim.api.nvim_win_get_buf(win)
  if vim.api.nvim_buf_get_name(shown) == name then
    return nil
  end
  if M.would_abandon(win) then
    local changed = vim.fs.basename(vim.api.nvim_buf_get_name(shown))
    return (changed == '' and 'a buffer without a name' or text.line(changed, 40)) .. ' has unsaved changes'
  end
  local has_swap = false
  -- Without an answer Neovim asks, in a prompt that nobody expects here.
  local watch = vim.api.nvim_create_autocmd('SwapExists', {
    callback = function()
      if vim.v.swapchoice == '' then
        has_swap = true
        vim.v.swapchoice = 'q'
      end
    end,
  })
  local is_shown, failure = pcall(vim.api.nvim_win_call, win, function()
    vim.cmd.edit({ args = { name }, magic = { file = false, bar = false } })
  end)
  vim.api.nvim_del_autocmd(watch)
  local base = text.line(vim.fs.basename(name), 40)
  if has_swap then
    return base .. ' has a swap file'
  end
  if not is_shown then
    return ('%s could not be opened (%s)'):format(base, tostring(failure):match('E%d+') or 'see :messages')
  end
end

return M

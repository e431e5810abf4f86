-- Places in files that the bridge found: shown in a window for files.
local files = require('peerline.files')
local lsp = require('peerline.lsp')
local text = require('peerline.text')
local ui = require('peerline.ui')

local M = {}

--- Go to a place; the place before is in the jump list.
---@param place {uri: string, position: {line: integer, character: integer}}
---@param refusal string what is said, with the reason, if that is not possible
function M.show(place, refusal)
  local win = ui.file_window()
  vim.api.nvim_set_current_win(win)
  vim.cmd("normal! m'")
  local reason = files.show(win, vim.uri_to_fname(place.uri))
  if reason then
    text.notify(('%s: %s'):format(refusal, reason), vim.log.levels.WARN)
    return
  end
  local buf = vim.api.nvim_win_get_buf(win)
  require('peerline.documents.session_files').when_read(buf, function()
    if not vim.api.nvim_win_is_valid(win) or vim.api.nvim_win_get_buf(win) ~= buf then
      return
    end
    local row, column = lsp.place(buf, place.position)
    vim.api.nvim_win_call(win, function()
      vim.api.nvim_win_set_cursor(win, { row + 1, column })
      vim.cmd('normal! zvzz')
    end)
  end)
end

return M

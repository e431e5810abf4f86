-- Keeps the user's marks on their text while others edit: Neovim drops those on lines that an edit
-- touches.
local M = {}

local namespace = vim.api.nvim_create_namespace('peerline_document_marks')

--- The marks with a place in some rows of a buffer: a to z, A to Z, and the last selection.
local function in_rows(buf, first, last)
  local found = {}
  local function add(name, row, column)
    if name:match('^[%a<>]$') and row >= first and row <= last then
      found[#found + 1] = { name = name, row = row, column = column }
    end
  end
  for _, mark in ipairs(vim.fn.getmarklist(buf)) do
    add(mark.mark:sub(2), mark.pos[2] - 1, mark.pos[3] - 1)
  end
  for _, mark in ipairs(vim.fn.getmarklist()) do
    if mark.pos[1] == buf then
      add(mark.mark:sub(2), mark.pos[2] - 1, mark.pos[3] - 1)
    end
  end
  return found
end

--- Do an edit of some rows, and put the marks of these rows where their text is then.
---@param buf integer
---@param first integer
---@param last integer
---@param act fun()
function M.kept(buf, first, last, act)
  local found = in_rows(buf, first, last)
  for _, mark in ipairs(found) do
    -- A selection of lines ends at a column behind every text.
    mark.id = vim.api.nvim_buf_set_extmark(buf, namespace, mark.row, mark.column, { strict = false })
  end
  act()
  for _, mark in ipairs(found) do
    local at = vim.api.nvim_buf_get_extmark_by_id(buf, namespace, mark.id, {})
    vim.api.nvim_buf_del_extmark(buf, namespace, mark.id)
    local text = vim.api.nvim_buf_get_lines(buf, at[1], at[1] + 1, false)[1] or ''
    -- The column behind the end stays what it was: `gv` selects whole lines by it.
    local column = mark.column > #text and at[2] >= #text and mark.column or at[2]
    pcall(vim.api.nvim_buf_set_mark, buf, mark.name, at[1] + 1, column, {})
  end
end

return M

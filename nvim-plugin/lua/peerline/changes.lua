-- The latest changes of buffers, by which places in an older version move to the present text.
local M = {}

-- Changes that a place may be behind; the next place comes long before.
local MAX_CHANGES = 200
local watched = {}

--- A place after a change; text that is inserted exactly there comes before it.
---@param place {row: integer, column: integer}
---@return {row: integer, column: integer}
function M.moved(place, change)
  local row, column = place.row, place.column
  if row < change.row or (row == change.row and column < change.column) then
    return place
  end
  if row < change.old_row or (row == change.old_row and column < change.old_column) then
    return { row = change.row, column = change.column }
  end
  if row == change.old_row then
    column = change.new_column + column - change.old_column
  end
  return { row = change.new_row + row - change.old_row, column = column }
end

--- The end of a text that begins somewhere, from the numbers of `on_bytes`.
local function end_of(row, column, rows, columns)
  return row + rows, rows == 0 and column + columns or columns
end

--- Keep the latest changes of a buffer from now on.
---@param buf integer
---@param on_change fun(buf: integer, change: table)
function M.watch(buf, on_change)
  if watched[buf] then
    return
  end
  local changes = {}
  watched[buf] = changes
  vim.api.nvim_buf_attach(buf, false, {
    on_bytes = function(_, _, tick, row, column, _, old_rows, old_columns, _, new_rows, new_columns)
      if watched[buf] ~= changes then
        return true
      end
      local change = { version = tick, row = row, column = column }
      change.old_row, change.old_column = end_of(row, column, old_rows, old_columns)
      change.new_row, change.new_column = end_of(row, column, new_rows, new_columns)
      changes[#changes + 1] = change
      if #changes > MAX_CHANGES then
        table.remove(changes, 1)
      end
      on_change(buf, change)
    end,
    on_detach = function()
      watched[buf] = nil
    end,
  })
end

--- A place that was found in a version of a buffer, in its present text.
---@param buf integer
---@param place {row: integer, column: integer}
---@param version integer?
---@return {row: integer, column: integer}
function M.since(buf, version, place)
  for _, change in ipairs(version and watched[buf] or {}) do
    if change.version > version then
      place = M.moved(place, change)
    end
  end
  return place
end

return M

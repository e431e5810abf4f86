-- LSP positions and URIs on one side, Neovim's buffers, rows and bytes on the other.

local M = {}

local real_paths = {}

local function real_path(path)
  local known = real_paths[path]
  if not known then
    known = vim.uv.fs_realpath(path)
    real_paths[path] = known
  end
  return known
end

--- The file of a `file:` URI, or nil for anything else.
--- @param uri string
--- @return string?
function M.path_of(uri)
  if uri:sub(1, 5) ~= 'file:' then
    return nil
  end
  local ok, path = pcall(vim.uri_to_fname, uri)
  return ok and path or nil
end

--- The loaded buffer that shows a URI, if there is one; never creates any.
--- @param uri string
--- @return integer?
function M.buffer_of(uri)
  local path = M.path_of(uri)
  if not path then
    return nil
  end
  local loaded = vim.tbl_filter(vim.api.nvim_buf_is_loaded, vim.api.nvim_list_bufs())
  for _, buf in ipairs(loaded) do
    if vim.api.nvim_buf_get_name(buf) == path then
      return buf
    end
  end
  local target = real_path(path)
  if not target then
    return nil
  end
  for _, buf in ipairs(loaded) do
    local name = vim.api.nvim_buf_get_name(buf)
    if name ~= '' and vim.bo[buf].buftype == '' and real_path(name) == target then
      return buf
    end
  end
  return nil
end

--- The line of a buffer that a position is on, kept inside the buffer.
--- @param buf integer
--- @param line integer 0-based
--- @return integer row 0-based
--- @return boolean is_inside
function M.clamp_row(buf, line)
  local last = vim.api.nvim_buf_line_count(buf) - 1
  return math.max(0, math.min(line, last)), line >= 0 and line <= last
end

--- Row and byte column of an LSP position, kept inside the buffer and on a character's start.
--- @param buf integer
--- @param position { line: integer, character: integer }
--- @param encoding string the client's offset_encoding
--- @return integer row 0-based
--- @return integer col 0-based, in bytes
function M.to_bytes(buf, position, encoding)
  local row, is_inside = M.clamp_row(buf, position.line)
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ''
  if not is_inside then
    return row, #line
  end
  local col = math.min(#line, vim.str_byteindex(line, encoding, position.character, false))
  if col > 0 and col < #line then
    col = col + vim.str_utf_start(line, col + 1)
  end
  return row, col
end

--- The LSP position of a row and a byte column.
--- @param buf integer
--- @param row integer 0-based
--- @param col integer 0-based, in bytes; past the end means the end
--- @param encoding string
--- @return { line: integer, character: integer }
function M.from_bytes(buf, row, col, encoding)
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ''
  local character = vim.str_utfindex(line, encoding, math.min(col, #line), false)
  return { line = row, character = character }
end

--- The byte column after the character that a byte column is on.
--- @param line string
--- @param col integer 0-based, in bytes
--- @return integer
function M.after_character(line, col)
  if col >= #line then
    return #line
  end
  return col + 1 + vim.str_utf_end(line, col + 1)
end

return M

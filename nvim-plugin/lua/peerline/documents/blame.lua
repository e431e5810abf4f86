-- The authors of the lines of a shared document, as virtual text; on and off by :Peerline blame.
local highlights = require('peerline.highlights')
local lsp = require('peerline.lsp')
local text = require('peerline.text')

local M = {}

local namespace = vim.api.nvim_create_namespace('peerline_blame')
-- The buffers in which it is on.
local on = {}

--- The authors of each row, in the order of their text.
local function authors_by_row(runs)
  local rows = {}
  for _, run in ipairs(runs) do
    local last = run.range['end'].line
    if run.range['end'].character == 0 and last > run.range.start.line then
      last = last - 1
    end
    for row = run.range.start.line, last do
      rows[row] = rows[row] or {}
      local is_known = vim.iter(rows[row]):any(function(author)
        return author.user_id == run.user_id
      end)
      if not is_known then
        table.insert(rows[row], run)
      end
    end
  end
  return rows
end

local function key_of(authors)
  return table.concat(
    vim.iter(authors or {}):map(function(author)
      return author.user_id
    end):totable(),
    '\0'
  )
end

local function show(buf, runs)
  vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  local rows = authors_by_row(runs)
  for row = 0, vim.api.nvim_buf_line_count(buf) - 1 do
    local authors = rows[row]
    -- Lines of the same authors are marked at the first of them.
    if authors and key_of(authors) ~= key_of(rows[row - 1]) then
      local chunks = {}
      for index, author in ipairs(authors) do
        chunks[#chunks + 1] = { index == 1 and '▏ ' or ', ', 'PeerlineTime' }
        chunks[#chunks + 1] = { text.line(author.username, 24), highlights.group('Name', author.color) }
      end
      vim.api.nvim_buf_set_extmark(buf, namespace, row, 0, {
        virt_text = chunks,
        virt_text_pos = 'eol',
        hl_mode = 'combine',
      })
    end
  end
end

--- Ask again who wrote what, if it is shown in a buffer.
---@param buf integer
function M.refresh(buf)
  if not on[buf] then
    return
  end
  lsp.command('blame', { uri = vim.uri_from_bufnr(buf) }, function(refusal, result)
    if refusal then
      M.hide(buf)
      text.notify(refusal, vim.log.levels.WARN)
    elseif on[buf] and vim.api.nvim_buf_is_loaded(buf) then
      show(buf, result.runs)
    end
  end)
end

--- Remove it from a buffer.
---@param buf integer
function M.hide(buf)
  on[buf] = nil
  if vim.api.nvim_buf_is_valid(buf) then
    vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  end
end

--- Show it in a buffer, or hide it.
---@param buf integer
function M.toggle(buf)
  if on[buf] then
    M.hide(buf)
    return
  end
  if not require('peerline.documents').is_shared(buf) then
    text.notify('this buffer is not shared; :Peerline share shares it', vim.log.levels.WARN)
    return
  end
  on[buf] = true
  M.refresh(buf)
end

return M

-- Shared documents without a file of the user's own: buffers `peerline-file://SESSION/PATH`.
local files = require('peerline.files')
local lsp = require('peerline.lsp')
local text = require('peerline.text')

local M = {}

-- The documents of the session by URI.
local by_uri = {}
-- The work that waits for the text of a buffer.
local waiting = {}

--- Put the text of a document into its buffer, as if it had been read from a file.
local function fill(buf, document)
  local lines = vim.split(document.text, '\n', { plain = true })
  local has_end = #lines > 1 and lines[#lines] == ''
  if has_end then
    table.remove(lines)
  end
  local levels = vim.bo[buf].undolevels
  vim.bo[buf].modifiable = true
  -- Undo does not go behind the reading.
  vim.bo[buf].undolevels = -1
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].undolevels = levels
  vim.bo[buf].endofline = has_end
  vim.bo[buf].modified = false
  vim.b[buf].peerline_read = true
  local filetype = vim.filetype.match({ filename = document.file, buf = buf })
  if filetype then
    vim.bo[buf].filetype = filetype
  end
  lsp.attach(buf)
  local act = waiting[buf]
  waiting[buf] = nil
  if act then
    act()
  end
end

--- Do something in a buffer that may have no text yet; what waited for it before is not done.
---@param buf integer
---@param act fun()
function M.when_read(buf, act)
  if files.is_shared_only(buf) and not vim.b[buf].peerline_read then
    waiting[buf] = act
  else
    act()
  end
end

--- Read the document of a buffer.
---@param buf integer
local function read(buf)
  local name = vim.api.nvim_buf_get_name(buf)
  -- After `:edit!` the bridge must not take the text that is read for one that the user writes.
  lsp.detach(buf)
  vim.bo[buf].buftype = 'acwrite'
  vim.bo[buf].swapfile = false
  vim.bo[buf].modifiable = false
  local document = by_uri[name]
  if not document then
    text.notify(text.line(name, 60) .. ' is not shared in a session that you are in', vim.log.levels.WARN)
    return
  end
  lsp.command('readDocument', { document_id = document.document_id }, function(refusal, result)
    if not vim.api.nvim_buf_is_loaded(buf) then
      return
    end
    if refusal then
      waiting[buf] = nil
      text.notify(refusal, vim.log.levels.WARN)
      return
    end
    fill(buf, result)
  end)
end

--- There is no file to write: the session has the text, and the others are told.
local function write(buf)
  if not lsp.is_attached(buf) then
    text.notify('not connected: this text is in no file; `:write PATH` keeps it', vim.log.levels.ERROR)
    return
  end
  vim.bo[buf].modified = false
  lsp.notify('textDocument/didSave', { textDocument = { uri = vim.uri_from_bufnr(buf) } })
end

--- Take the list of documents: buffers that wait for one are read now.
---@param documents table[]
function M.update(documents)
  by_uri = {}
  for _, document in ipairs(documents) do
    by_uri[document.uri] = document
  end
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    local is_waiting = vim.api.nvim_buf_is_loaded(buf) and files.is_shared_only(buf) and not vim.b[buf].peerline_read
    if is_waiting and by_uri[vim.api.nvim_buf_get_name(buf)] then
      read(buf)
    end
  end
end

--- Show a document in a window for files.
---@param document table
---@return string? reason why that is not possible
function M.open(document)
  local ui = require('peerline.ui')
  local win = ui.file_window()
  local reason = files.show(win, vim.uri_to_fname(document.uri))
  if not reason then
    vim.api.nvim_set_current_win(win)
  end
  return reason
end

--- Show a document that was shared just now: the list of documents may not have it yet.
---@param document {uri: string, document_id: string, has_file: boolean}
---@return string? reason why that is not possible
function M.open_new(document)
  if not document.has_file and not by_uri[document.uri] then
    by_uri[document.uri] = document
  end
  return M.open(document)
end

--- Define how such buffers are read and written.
function M.setup()
  local group = vim.api.nvim_create_augroup('peerline_session_files', { clear = true })
  vim.api.nvim_create_autocmd('BufReadCmd', {
    group = group,
    pattern = 'peerline-file://*',
    callback = function(event)
      vim.b[event.buf].peerline_read = nil
      read(event.buf)
    end,
  })
  vim.api.nvim_create_autocmd('BufWipeout', {
    group = group,
    pattern = 'peerline-file://*',
    callback = function(event)
      waiting[event.buf] = nil
    end,
  })
  vim.api.nvim_create_autocmd('BufWriteCmd', {
    group = group,
    pattern = 'peerline-file://*',
    callback = function(event)
      write(event.buf)
    end,
  })
end

return M

-- The shared documents of the session: the list, and what is different in buffers that are shared.
local access = require('peerline.documents.access')
local checks = require('peerline.documents.checks')
local edits = require('peerline.documents.edits')
local events = require('peerline.events')
local files = require('peerline.files')
local folders = require('peerline.documents.folders')
local lsp = require('peerline.lsp')
local modes = require('peerline.documents.modes')
local notices = require('peerline.documents.notices')
local question = require('peerline.documents.question')
local session_files = require('peerline.documents.session_files')
local undo = require('peerline.documents.undo')

local M = {}

--- The shared documents as the bridge sends them; nil before it has.
M.list = nil

-- The buffers that are shared now.
local shared = {}

-- How a document is, for `require('peerline').document()`.
local states = {
  opening = 'waiting',
  waiting = 'waiting',
  offline = 'waiting',
  equal = 'equal',
  different = 'detached',
  detached = 'detached',
}

--- The document of a buffer, as the bridge sends it, or nil.
---@param buf integer
---@return table?
function M.of(buf)
  local uri = vim.uri_from_bufnr(buf)
  for _, document in ipairs(M.list or {}) do
    if document.uri == uri and document.is_open then
      return document
    end
  end
end

--- The document of a buffer: its id, its generation, how the texts stand, and how many own updates
--- the server has not confirmed; nil if the buffer is not shared.
---@param buf integer 0 is the current one
---@return {id: string, generation: string, state: 'equal'|'waiting'|'detached', pending: integer}?
function M.document(buf)
  local document = M.of(buf == 0 and vim.api.nvim_get_current_buf() or buf)
  local state = document and states[document.state]
  if not document or not state then
    return nil
  end
  return {
    id = document.document_id,
    generation = document.generation,
    state = state,
    pending = document.pending or 0,
  }
end

--- Whether others' edits arrive in a buffer, and its own go to them.
---@param buf integer
---@return boolean
function M.is_shared(buf)
  return shared[buf] == true
end

--- A short mark for the statusline of a buffer; empty if it is not shared.
---@param buf integer 0 is the current one
---@return string
function M.mark(buf)
  local document = M.of(buf == 0 and vim.api.nvim_get_current_buf() or buf)
  if not document or not states[document.state] then
    return ''
  end
  local mark = '⇄'
  if document.state == 'different' or document.state == 'detached' then
    mark = '⇄ ' .. document.state
  elseif document.state == 'offline' then
    mark = '⇄ offline'
  elseif document.state ~= 'equal' then
    mark = '⇄ …'
  end
  if #(document.open_by or {}) > 0 then
    mark = ('%s %d'):format(mark, #document.open_by)
  end
  return document.can_edit == false and mark .. ' read-only' or mark
end

local function on_quiet(buf)
  local blame = package.loaded['peerline.documents.blame']
  if blame then
    blame.refresh(buf)
  end
end

local function begin(buf)
  if shared[buf] then
    return
  end
  shared[buf] = true
  undo.take(buf)
  checks.watch(buf, function()
    on_quiet(buf)
  end)
  vim.api.nvim_create_autocmd('InsertLeave', {
    group = vim.api.nvim_create_augroup('peerline_document_' .. buf, { clear = true }),
    buffer = buf,
    callback = function()
      undo.end_step(buf)
    end,
  })
end

local function finish(buf)
  if not shared[buf] then
    return
  end
  shared[buf] = nil
  undo.release(buf)
  checks.stop(buf)
  pcall(vim.api.nvim_del_augroup_by_name, 'peerline_document_' .. buf)
  local blame = package.loaded['peerline.documents.blame']
  if blame then
    blame.hide(buf)
  end
end

--- Have a buffer behave as its document demands now.
local function adapt(buf)
  local document = M.of(buf)
  local is_shared = document and states[document.state] and states[document.state] ~= 'detached'
  if is_shared then
    begin(buf)
  else
    finish(buf)
  end
  if is_shared and document.can_edit == false then
    access.lock(buf)
  else
    access.unlock(buf)
  end
  local mark = M.mark(buf)
  vim.b[buf].peerline_document = mark ~= '' and mark or nil
end

local function adapt_all()
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buf) and (files.is_file(buf) or shared[buf]) then
      adapt(buf)
    else
      finish(buf)
      access.unlock(buf)
    end
  end
end

--- Handle peerline/documents.
---@param params {documents: table[]}
function M.update(params)
  local before = M.list
  M.list = params.documents
  adapt_all()
  session_files.update(M.list)
  notices.changed(before, M.list)
  events.emit('Documents', { documents = M.list })
  vim.cmd.redrawstatus({ bang = true })
end

--- Have the bridge's messages about shared documents handled.
function M.wire()
  session_files.setup()
  lsp.on('peerline/documents', M.update)
  lsp.on('peerline/documentSaved', notices.saved)
  lsp.on('peerline/offers', folders.update)
  lsp.on('peerline/documentQuestion', question.update)
  lsp.on_request('peerline/edit', edits.edit)
  lsp.on_request('peerline/text', edits.text)
  lsp.on_attach(adapt)
end

--- Watch what shared documents need during a session.
function M.setup()
  modes.setup()
  question.setup()
  folders.joined()
end

--- The session has ended: the buffers are the user's alone.
function M.clear()
  M.list = nil
  adapt_all()
  session_files.update({})
  folders.clear()
  modes.clear()
  question.clear()
end

return M

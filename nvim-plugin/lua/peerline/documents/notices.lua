-- One-line messages about shared documents: who shared or saved which.
local config = require('peerline.config')
local files = require('peerline.files')
local text = require('peerline.text')

local M = {}

local function is_mine(document)
  return document.shared_by == require('peerline.status').state.user_id
end

local function name_of(document)
  return text.line(document.file, 60)
end

--- Say what has been shared, and what no longer is.
---@param before table[]? nil for the first list of a session
---@param now table[]
function M.changed(before, now)
  if not before then
    local count = #vim.iter(now):filter(function(document)
      return not is_mine(document)
    end):totable()
    if count > 0 then
      local what = count == 1 and '1 file is' or count .. ' files are'
      text.notify(what .. ' shared here; :Peerline documents lists them')
    end
    return
  end
  local known, still = {}, {}
  for _, document in ipairs(before) do
    known[document.document_id] = document
  end
  for _, document in ipairs(now) do
    still[document.document_id] = true
    if not known[document.document_id] and not is_mine(document) then
      local hint = document.is_open and '' or '; :Peerline documents opens it'
      text.notify(('%s shared %s%s'):format(text.line(document.shared_by_name, 24), name_of(document), hint))
    end
  end
  for _, document in ipairs(before) do
    if document.is_open and not still[document.document_id] then
      text.notify(name_of(document) .. ' is no longer shared; the text stays')
    end
  end
end

--- Write a buffer without formatters and other commands of the user.
local function write_together(buf)
  local is_written, failure = pcall(vim.api.nvim_buf_call, buf, function()
    vim.cmd('silent noautocmd write')
  end)
  if not is_written then
    text.notify('not saved here: ' .. tostring(failure):match('[^\n]*'), vim.log.levels.WARN)
  end
end

--- Handle peerline/documentSaved.
---@param params table
function M.saved(params)
  text.notify(('%s saved %s'):format(text.line(params.username, 24), text.line(params.file, 60)))
  local buf = files.loaded(params.uri)
  if not buf or not params.is_equal then
    return
  end
  if files.is_shared_only(buf) then
    vim.bo[buf].modified = false
  elseif config.options.save == 'together' and vim.bo[buf].modified then
    write_together(buf)
  end
end

return M

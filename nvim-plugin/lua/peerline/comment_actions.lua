-- The actions on a comment: write, edit, delete, copy, apply a suggestion.
local draft = require('peerline.draft')
local lsp = require('peerline.lsp')
local text = require('peerline.text')

local M = {}

local namespace = vim.api.nvim_create_namespace('peerline_comment_draft')

--- Open a window with the text of a message, a comment or a reply, and send it as it is edited there.
---@param item {id: string, content: string}
---@param title string
function M.rewrite(item, title)
  draft.open({
    key = 'edit ' .. item.id,
    title = title,
    content = item.content,
    send = function(content, done)
      lsp.command('editMessage', { message_id = item.id, content = content }, done)
    end,
  })
end

--- Edit what the user wrote; what was refused is sent again.
---@param item table
function M.edit(item)
  if not item.is_me then
    text.notify('only the author of a comment can edit it', vim.log.levels.WARN)
    return
  end
  M.rewrite(item, item.refusal and 'Edit and send again' or 'Edit')
end

--- Delete a comment or a reply, after a question.
---@param item table
function M.delete(item)
  local question = item.is_pending and 'Discard it?' or 'Delete it for everybody?'
  if vim.fn.confirm(question, item.is_pending and '&Discard\n&Keep' or '&Delete\n&Keep', 2) == 1 then
    lsp.command('deleteMessage', { message_id = item.id })
  end
end

--- Copy the text of a message, a comment or a reply.
---@param item {content: string}
function M.yank(item)
  text.copy(item.content)
  text.notify('the text is in the register ""')
end

--- Apply a suggestion to the commented lines.
---@param item table the comment or the reply that has it
---@param index integer from 1
function M.apply(item, index)
  local arguments = { comment_id = item.id, index = index - 1 }
  lsp.command('applySuggestion', arguments, function(refusal)
    text.notify(refusal or 'the suggestion was applied: u takes it back', refusal and vim.log.levels.WARN)
  end)
end

local function suggestions_of(thread)
  local found = {}
  for _, item in ipairs(vim.list_extend({ thread }, thread.replies)) do
    for index, suggestion in ipairs(item.suggestions or {}) do
      found[#found + 1] = { item = item, index = index, lines = suggestion.lines }
    end
  end
  return found
end

--- Apply the suggestion of threads; ask which one if there are several.
---@param threads table[]
function M.choose_suggestion(threads)
  local choices = {}
  for _, thread in ipairs(threads) do
    vim.list_extend(choices, suggestions_of(thread))
  end
  if #choices == 0 then
    text.notify('there is no suggestion here', vim.log.levels.WARN)
  elseif #choices == 1 then
    M.apply(choices[1].item, choices[1].index)
  else
    vim.ui.select(choices, {
      prompt = 'Apply which suggestion?',
      format_item = function(choice)
        local lines = #choice.lines > 0 and table.concat(choice.lines, ' ↵ ') or '(delete the lines)'
        return text.line(choice.item.username, 24) .. ': ' .. text.line(lines, 60)
      end,
    }, function(choice)
      if choice then
        M.apply(choice.item, choice.index)
      end
    end)
  end
end

--- Comment lines of the current buffer; without text, in a window.
---@param content string
---@param first integer 1-based
---@param last integer 1-based
function M.add(content, first, last)
  local buf = vim.api.nvim_get_current_buf()
  if not lsp.is_attached(buf) then
    text.notify('this buffer is not a file of the session', vim.log.levels.WARN)
    return
  end
  -- The lines may move while the comment is written.
  local ids = vim.tbl_map(function(row)
    return vim.api.nvim_buf_set_extmark(buf, namespace, row - 1, 0, {})
  end, { first, last })
  local function rows()
    return unpack(vim.tbl_map(function(id)
      return vim.api.nvim_buf_get_extmark_by_id(buf, namespace, id, {})[1]
    end, ids))
  end
  local function send(body, done)
    local from, to = rows()
    local arguments = { uri = vim.uri_from_bufnr(buf), line = from, content = body }
    if to > from then
      arguments.end_line = to
    end
    lsp.command('addComment', arguments, done)
  end
  if content ~= '' then
    send(content)
    return
  end
  draft.open({
    key = ('comment %s %d'):format(vim.uri_from_bufnr(buf), first),
    title = first == last and 'Comment line ' .. first or ('Comment lines %d to %d'):format(first, last),
    suggest = function()
      local from, to = rows()
      return vim.api.nvim_buf_get_lines(buf, from, to + 1, false)
    end,
    send = send,
  })
end

return M

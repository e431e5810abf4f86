-- Reactions to comments: how they are shown, and choosing one.
local lsp = require('peerline.lsp')
local text = require('peerline.text')

local M = {}

local choices = { '👍', '👎', '😄', '🎉', '😕', '❤️', '🚀', '👀' }

--- The reactions to an item in one line, with the names; nil if there are none.
---@param item {reactions: {emoji: string, names: string[], is_mine: boolean}[]?}
---@param width integer
---@return string?
function M.line(item, width)
  local shown = {}
  for _, reaction in ipairs(item.reactions or {}) do
    local names = vim.tbl_map(text.reveal, reaction.names)
    shown[#shown + 1] = ('%s %d (%s)'):format(text.line(reaction.emoji, 16), #names, table.concat(names, ', '))
  end
  return #shown > 0 and text.truncate(table.concat(shown, '  '), width) or nil
end

--- Ask which reaction to add; one that the user has given is removed.
---@param item table
function M.toggle(item)
  local mine, others = {}, {}
  for _, reaction in ipairs(item.reactions or {}) do
    mine[reaction.emoji] = reaction.is_mine
    if not vim.tbl_contains(choices, reaction.emoji) then
      others[#others + 1] = reaction.emoji
    end
  end
  vim.ui.select(vim.list_extend(vim.deepcopy(choices), others), {
    prompt = 'React with',
    format_item = function(emoji)
      return text.line(emoji, 16) .. (mine[emoji] and '  (remove yours)' or '')
    end,
  }, function(emoji)
    if emoji then
      lsp.command('react', { message_id = item.id, emoji = emoji, remove = mine[emoji] == true })
    end
  end)
end

return M

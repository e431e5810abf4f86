-- Search messages and comments, with the results in the quickfix list.
local lsp = require('peerline.lsp')
local text = require('peerline.text')

local M = {}

local function item(result, root)
  local said = ('%s: %s'):format(text.line(result.username, 20), text.line(result.content, 200))
  if not result.file then
    return { text = said }
  end
  -- The line is the one on which the comment was made; the thread may have moved since.
  return { filename = vim.fs.joinpath(root, result.file), lnum = result.line, text = said }
end

--- List the messages and comments that contain all the words.
---@param words string
function M.run(words)
  if words == '' then
    text.notify('Usage: :Peerline search <words>', vim.log.levels.WARN)
    return
  end
  lsp.act('search', { query = words }, function(answer)
    if #answer.results == 0 then
      text.notify(('no messages match "%s"'):format(words))
      return
    end
    local root = lsp.client().config.root_dir
    local items = vim.tbl_map(function(result)
      return item(result, root)
    end, answer.results)
    local more = answer.has_more and ', there is more' or ''
    vim.fn.setqflist({}, ' ', { title = ('Peerline: %s (%d%s)'):format(words, #items, more), items = items })
    vim.cmd('botright copen')
  end)
end

return M

-- Search in what was said, with the results in the quickfix list.
local lsp = require('peerline.lsp')
local text = require('peerline.text')

local M = {}

local function item(result, root)
  local said = ('%s: %s'):format(text.line(result.username, 20), text.line(result.content, 200))
  if not result.file then
    return { text = said }
  end
  -- The line is where the comment was made; the thread itself is shown where it belongs now.
  return { filename = vim.fs.joinpath(root, result.file), lnum = result.line, text = said }
end

--- Show what was said with all the words.
---@param words string
function M.run(words)
  if words == '' then
    text.notify('what? :Peerline search <words>', vim.log.levels.WARN)
    return
  end
  lsp.command('search', { query = words }, function(refusal, answer)
    if refusal then
      text.notify(refusal, vim.log.levels.WARN)
      return
    end
    if #answer.results == 0 then
      text.notify('nothing was said with ' .. words)
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

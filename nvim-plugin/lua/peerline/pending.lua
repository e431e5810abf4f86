-- The messages and comments that were not sent yet or were refused: nothing gets lost.
local actions = require('peerline.comment_actions')
local float = require('peerline.float')
local lsp = require('peerline.lsp')
local text = require('peerline.text')
local ui = require('peerline.ui')

local M = {}

-- The open list: {buf, win}.
local list = nil
local row_to_item = {}

--- The mark of an item that is waiting or was refused; nil for one that was sent.
---@param item {is_pending: boolean?, refusal: string?}
---@param width integer
---@return string? note
---@return string? highlight group
function M.note(item, width)
  if item.refusal then
    return '(not sent: ' .. text.line(item.refusal, width) .. ')', 'PeerlineRefused'
  elseif item.is_pending then
    return '(waiting to be sent)', 'PeerlineSystem'
  end
end

local function close()
  float.close(list and list.win)
  list = nil
end

local function item_lines(items)
  local lines = {}
  row_to_item = {}
  for _, item in ipairs(items) do
    local first = #lines + 1
    local where = item.where and ' ' .. text.line(item.where, 40) or ''
    lines[#lines + 1] = item.kind .. where .. '  ' .. (M.note({ is_pending = true, refusal = item.refusal }, 60))
    for _, line in ipairs(item.content ~= '' and text.lines(item.content) or {}) do
      lines[#lines + 1] = '  ' .. line
    end
    for row = first, #lines do
      row_to_item[row] = item
    end
  end
  return lines
end

--- Fetch the list again and show it in the open float, or close that if nothing is left.
local function refresh()
  lsp.command('listPending', nil, function(refusal, result)
    if not list or not vim.api.nvim_win_is_valid(list.win) then
      list = nil
      return
    end
    if refusal or #result.items == 0 then
      close()
      return
    end
    float.set_lines(list.buf, item_lines(result.items))
  end)
end

local function with_item(action)
  local item = row_to_item[vim.fn.line('.')]
  if item then
    action(item)
  end
end

local function change(name, arguments)
  lsp.command(name, arguments, function(refusal)
    if refusal then
      text.notify(refusal, vim.log.levels.WARN)
    end
    refresh()
  end)
end

local function edit(item)
  close()
  actions.rewrite(item, 'Send again')
end

--- Show what is waiting to be sent and what was refused.
function M.open()
  lsp.command('listPending', nil, function(refusal, result)
    if refusal or #result.items == 0 then
      text.notify(refusal or 'everything was sent', refusal and vim.log.levels.WARN)
      return
    end
    local function on(action)
      return function()
        with_item(action)
      end
    end
    local buf, win = ui.read(item_lines(result.items), {
      title = 'Not sent yet',
      footer = 'e edit · s send again · x discard · g? keys · q close',
      keys = {
        e = { on(edit), desc = 'Edit the text and send it again' },
        y = { on(actions.yank), desc = 'Copy the text' },
        s = {
          on(function(item)
            change('resendPending', { id = item.id })
          end),
          desc = 'Send it again as it is',
        },
        x = {
          on(function(item)
            if vim.fn.confirm('Discard it?', '&Discard\n&Keep', 2) == 1 then
              change('discardPending', { id = item.id })
            end
          end),
          desc = 'Discard it',
        },
        q = { close, desc = 'Close' },
        ['<Esc>'] = { close },
      },
    })
    list = { buf = buf, win = win }
  end)
end

--- Update an open list after a change of state.
function M.update()
  if list then
    refresh()
  end
end

return M

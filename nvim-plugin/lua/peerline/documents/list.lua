-- The list of shared documents: who has which open; <CR> opens one.
local question = require('peerline.documents.question')
local session_files = require('peerline.documents.session_files')
local text = require('peerline.text')
local ui = require('peerline.ui')

local M = {}

local states = {
  opening = 'opening',
  different = 'differs from yours: <CR> asks again',
  equal = 'open here',
  waiting = 'open here, text of others waits',
  offline = 'open here, offline',
  detached = 'no longer shared here',
}

local function lines_of(document)
  local name = text.line(document.file, 60)
  local state = states[document.state]
  local head = state and ('%s  (%s)'):format(name, state) or name
  local names = vim.iter(document.open_by or {}):map(function(reader)
    return text.line(reader.username, 24)
  end):totable()
  local who = #names > 0 and 'open: ' .. table.concat(names, ', ') or 'nobody else has it open'
  local shared_by = text.line(document.shared_by_name, 24)
  local tail = ('  shared by %s · %s'):format(shared_by, who)
  if document.can_edit == false then
    tail = tail .. ' · read-only'
  end
  if document.state == 'detached' and document.reason then
    tail = tail .. ' · ' .. text.line(document.reason, 60)
  end
  return { head, tail }
end

local function open(document)
  local reason = session_files.open(document)
  if reason then
    text.notify(reason, vim.log.levels.WARN)
  else
    question.again(document.uri)
  end
end

--- Show the list.
function M.open()
  local documents = require('peerline.documents').list or {}
  if #documents == 0 then
    text.notify('no file is shared; :Peerline share shares this one')
    return
  end
  local lines = {}
  for _, document in ipairs(documents) do
    vim.list_extend(lines, lines_of(document))
  end
  local back = vim.api.nvim_get_current_win()
  local win
  local keys = {
    ['<CR>'] = {
      function()
        local document = documents[math.ceil(vim.fn.line('.') / 2)]
        vim.api.nvim_win_close(win, true)
        if vim.api.nvim_win_is_valid(back) then
          vim.api.nvim_set_current_win(back)
        end
        open(document)
      end,
      desc = 'Open the file',
    },
  }
  local _
  _, win = ui.read(lines, {
    title = 'Shared documents',
    footer = '<CR> open   q close',
    is_centred = true,
    keys = keys,
  })
end

return M

-- The sub-commands of :Peerline for shared documents.
local lsp = require('peerline.lsp')
local text = require('peerline.text')

local function uri()
  return vim.uri_from_bufnr(0)
end

--- Run a command of the bridge about the current buffer.
local function on_buffer(command, done)
  if not lsp.client() then
    text.notify('join a session first: :Peerline join <link>', vim.log.levels.WARN)
    return
  end
  if not lsp.is_attached(0) then
    text.notify('this buffer is no file of the session: save it in the folder of the session first', vim.log.levels.WARN)
    return
  end
  lsp.act(command, { uri = uri() }, function()
    if done then
      text.notify(done)
    end
  end)
end

--- Undo or redo in the current buffer; natively if it is not shared.
local function step(kind)
  return function(rest)
    local buf = vim.api.nvim_get_current_buf()
    local count = rest == '' and 1 or tonumber(rest)
    if not count or count < 1 or count ~= math.floor(count) then
      text.notify(('Usage: :Peerline %s [count]'):format(kind), vim.log.levels.WARN)
    elseif require('peerline.documents').is_shared(buf) then
      require('peerline.documents.undo').run(kind, buf, count)
    else
      text.notify(('this buffer is not shared: :%s takes back every edit'):format(kind), vim.log.levels.WARN)
    end
  end
end

return {
  pair = {
    usage = 'pair [title]',
    run = function(rest)
      require('peerline.session').pair(rest ~= '' and rest or nil)
    end,
  },
  share = {
    usage = 'share',
    run = function()
      on_buffer('shareDocument', 'shared ' .. text.line(vim.fn.expand('%:t'), 40))
    end,
  },
  unshare = {
    usage = 'unshare',
    run = function()
      on_buffer('unshareDocument')
    end,
  },
  ['share-folder'] = {
    usage = 'share-folder',
    run = function()
      require('peerline.documents.folders').share()
    end,
  },
  ['unshare-folder'] = {
    usage = 'unshare-folder',
    run = function()
      require('peerline.documents.folders').stop()
    end,
  },
  files = {
    usage = 'files [path]',
    run = function(rest)
      require('peerline.documents.folders').pick(rest)
    end,
  },
  undo = {
    usage = 'undo [count]',
    run = step('undo'),
  },
  redo = {
    usage = 'redo [count]',
    run = step('redo'),
  },
  documents = {
    usage = 'documents',
    run = function()
      require('peerline.documents.list').open()
    end,
  },
  blame = {
    usage = 'blame',
    run = function()
      require('peerline.documents.blame').toggle(vim.api.nvim_get_current_buf())
    end,
  },
}

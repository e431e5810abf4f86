-- Joining and leaving; connects the bridge's notifications with what shows them.
local chat = require('peerline.chat')
local comments = require('peerline.comments')
local cursor = require('peerline.cursor')
local follow = require('peerline.follow')
local highlights = require('peerline.highlights')
local lsp = require('peerline.lsp')
local moderation = require('peerline.moderation')
local participants = require('peerline.participants')
local presence = require('peerline.presence')
local status = require('peerline.status')
local text = require('peerline.text')

local M = {}

local is_wired = false

local function notice(params)
  local levels = { info = vim.log.levels.INFO, warning = vim.log.levels.WARN, error = vim.log.levels.ERROR }
  text.notify(params.message, levels[params.level])
end

local function wire()
  if is_wired then
    return
  end
  is_wired = true
  highlights.setup()
  lsp.on('peerline/state', status.set)
  lsp.on('peerline/participants', participants.update)
  lsp.on('peerline/presence', presence.update)
  lsp.on('peerline/chat', chat.update)
  lsp.on('peerline/comments', comments.update)
  lsp.on('peerline/commentChanges', comments.change)
  lsp.on('peerline/follow', follow.update)
  lsp.on('peerline/moderation', moderation.update)
  lsp.on('peerline/notice', notice)
  lsp.on_attach(function(buf)
    presence.refresh(buf)
    comments.refresh(buf)
  end)
  lsp.on_exit(function()
    presence.clear()
    comments.clear()
    participants.update({ participants = {} })
    status.set({ state = 'offline', participants = 0, reason = 'the bridge ended' })
  end)
end

--- Join a session.
---@param link string
---@param username string?
function M.join(link, username)
  wire()
  if not lsp.start() then
    return
  end
  follow.setup()
  lsp.command('join', { link = link, username = username }, function(refusal)
    if refusal then
      text.notify(refusal, vim.log.levels.ERROR)
    else
      cursor.setup()
    end
  end)
end

--- Leave the session.
function M.leave()
  lsp.command('leave', nil, function(refusal)
    if refusal then
      text.notify(refusal, vim.log.levels.WARN)
    end
  end)
end

return M

-- The sub-commands of :Peerline that answer others: people who wait to join, and AI agents, which they prompt, too.
local text = require('peerline.text')

return {
  allow = {
    usage = 'allow [name]',
    complete = function()
      return require('peerline.moderation').pending_names()
    end,
    run = function(rest)
      require('peerline.moderation').answer(rest, true)
    end,
  },
  deny = {
    usage = 'deny [name|id]',
    complete = function()
      local names = require('peerline.moderation').pending_names()
      return vim.list_extend(names, require('peerline.approvals').names())
    end,
    run = function(rest)
      local approvals, moderation = require('peerline.approvals'), require('peerline.moderation')
      if not approvals.has(rest) then
        moderation.answer(rest, false)
      elseif moderation.waits(rest) then
        text.notify('an agent and somebody who wants to join wait: name one', vim.log.levels.WARN)
      else
        approvals.deny(rest)
      end
    end,
  },
  approve = {
    usage = 'approve [name|id]',
    complete = function()
      return require('peerline.approvals').names()
    end,
    run = function(rest)
      require('peerline.approvals').review(rest)
    end,
  },
  prompt = {
    usage = '[range]prompt [name] [text]',
    complete = function()
      return require('peerline.prompts').names('may_prompt')
    end,
    run = function(rest, options)
      require('peerline.prompts').prompt(rest, options)
    end,
  },
  stop = {
    usage = 'stop [name]',
    complete = function()
      return require('peerline.prompts').names('may_stop')
    end,
    run = function(rest)
      require('peerline.prompts').stop(rest)
    end,
  },
}

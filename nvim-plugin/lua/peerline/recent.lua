-- The recent sessions: picked from a list and joined again, or forgotten.
local lsp = require('peerline.lsp')
local text = require('peerline.text')

local M = {}

--- One line about a session.
---@param session table
---@return string
function M.line(session)
  local where = session.is_own and 'your computer' or session.server
  return ('%s  (%s, %s)'):format(session.title, where, text.moment(session.last_joined))
end

--- Ask for the recent sessions, and hand them on if there are any.
---@param prompt string
---@param act fun(session: table)
local function choose(prompt, act)
  require('peerline.session').with_bridge(function()
    lsp.command('recentSessions', nil, function(refusal, sessions)
      if refusal or #sessions == 0 then
        text.notify(refusal or 'there are no recent sessions', vim.log.levels.INFO)
        return
      end
      vim.ui.select(sessions, { prompt = prompt, format_item = M.line }, function(session)
        if session then
          act(session)
        end
      end)
    end)
  end)
end

--- Pick a session and join it as the same person.
function M.join()
  choose('Join again:', function(session)
    require('peerline.session').join(session.link)
  end)
end

--- Pick a session that is not to be listed any more.
function M.forget()
  choose('Forget:', function(session)
    lsp.command('forgetSession', { session_id = session.session_id }, function(refusal)
      text.notify(refusal or ('%s is not listed any more'):format(session.title), refusal and vim.log.levels.WARN)
    end)
  end)
end

return M

-- Moderation by hosts: invites, bans, and requests to join.
local lsp = require('peerline.lsp')
local text = require('peerline.text')

local M = {}

local known = { invites = {}, bans = {}, pending = {}, arrivals = {} }

local function warn(refusal)
  if refusal then
    text.notify(refusal, vim.log.levels.WARN)
  end
end

local function names_of(people)
  return vim.tbl_map(function(person)
    return text.reveal(person.username)
  end, people)
end

local function find(people, name)
  for _, person in ipairs(people) do
    if name == '' or person.user_id == name or text.reveal(person.username) == name then
      return person
    end
  end
end

--- Handle peerline/moderation; announces new requests to join.
---@param params {invites: table[], bans: table[], pending: table[]}
function M.update(params)
  local waited = {}
  for _, person in ipairs(known.pending) do
    waited[person.user_id] = true
  end
  known = {
    invites = params.invites or {},
    bans = params.bans or {},
    pending = params.pending or {},
    arrivals = params.arrivals or {},
  }
  require('peerline.participants').refresh()
  for _, person in ipairs(known.pending) do
    if not waited[person.user_id] then
      local name = text.line(person.username, 40)
      text.notify(('%s wants to join as %s: :Peerline allow %s'):format(name, person.role, name))
    end
  end
end

--- The names of people waiting to join, as typed in commands.
---@return string[]
function M.pending_names()
  return names_of(known.pending)
end

--- The names of banned users, as typed in commands.
---@return string[]
function M.banned_names()
  return names_of(known.bans)
end

--- Whether somebody of this name is waiting to join, or anybody if it is empty.
---@param name string
---@return boolean
function M.waits(name)
  return find(known.pending, name) ~= nil
end

--- Admit or decline somebody who is waiting to join.
---@param name string the longest-waiting one if it is empty
---@param allow boolean
function M.answer(name, allow)
  local person = find(known.pending, name)
  if not person then
    text.notify(name == '' and 'nobody is waiting to join' or name .. ' is not waiting to join', vim.log.levels.WARN)
    return
  end
  lsp.command('answerJoin', { user_id = person.user_id, allow = allow }, warn)
end

--- Lift a ban: the user can join with an invite again.
---@param name string
function M.unban(name)
  local person = name ~= '' and find(known.bans, name)
  if not person then
    text.notify(name == '' and 'Usage: :Peerline unban <name>' or name .. ' is not banned', vim.log.levels.WARN)
    return
  end
  lsp.command('liftBan', { user_id = person.user_id }, warn)
end

--- The invite that a participant joined with, if it still works.
---@param user_id string
---@return table?
function M.invite_of(user_id)
  for _, arrival in ipairs(known.arrivals) do
    if arrival.user_id == user_id then
      for _, invite in ipairs(known.invites) do
        if invite.id == arrival.invite_id then
          return invite
        end
      end
    end
  end
end

--- The link that a participant joined with, for hosts; nil if they joined with none.
---@param user_id string
---@return string?
function M.link_text(user_id)
  local invite = M.invite_of(user_id)
  if invite then
    return ('joined with the %s link of %s'):format(invite.role, text.moment(invite.created_at))
  end
  for _, arrival in ipairs(known.arrivals) do
    if arrival.user_id == user_id then
      return 'joined with a link that no longer works'
    end
  end
end

--- Remove a participant, and offer to revoke the link that they joined with.
---@param person {user_id: string, username: string}
---@param ban boolean
function M.remove(person, ban)
  local invite = M.invite_of(person.user_id)
  lsp.command('removeParticipant', { user_id = person.user_id, ban = ban }, function(refusal)
    warn(refusal)
    if refusal or not invite then
      return
    end
    vim.ui.select({ 'Keep the link', 'Revoke the link' }, {
      prompt = ('%s was removed. The %s link of %s they joined with still works:'):format(
        text.line(person.username, 40),
        invite.role,
        text.moment(invite.created_at)
      ),
    }, function(_, index)
      if index == 2 then
        lsp.command('revokeInvite', { invite_id = invite.id }, warn)
      end
    end)
  end)
end

--- Put a link into the unnamed register and, if there is one, into the clipboard.
---@param what string
---@param link string
---@param is_local boolean? whether it only works on this computer
---@param more string? what else is to be said
function M.yank_link(what, link, is_local, more)
  local is_copied = text.copy(link)
  -- One message: another one would take its place on the command line.
  text.notify(table.concat({
    ('%s is %s'):format(what, is_copied and 'in the clipboard' or 'yanked: p puts it'),
    is_local and '; it only works on this computer, see :help peerline-start' or '',
    more and '; ' .. more or '',
  }))
end

--- Make an invite and yank its link.
---@param role string
---@param for_browsers boolean whether to yank the link that opens in a browser, if the server has a page
---@param more string? what else is to be said
function M.invite(role, for_browsers, more)
  lsp.command('createInvite', { role = role }, function(refusal, result)
    if refusal then
      warn(refusal)
      return
    end
    local link = for_browsers and result.page_link or result.link
    M.yank_link(('a link for %ss'):format(role), link, result.is_local, more)
  end)
end

--- An invite as one line: its role, uses, and local times.
---@param invite table
---@return string
function M.describe_invite(invite)
  local uses = invite.max_uses and ('%d of %d uses'):format(invite.uses, invite.max_uses)
    or ('%d uses'):format(invite.uses)
  local ends = invite.expires_at and text.moment(invite.expires_at) or 'never'
  return ('%s · %s · made %s · ends %s'):format(
    invite.role,
    uses,
    text.moment(invite.created_at),
    ends
  )
end

--- Choose an invite and revoke it.
function M.revoke()
  if #known.invites == 0 then
    text.notify('there is no invite to revoke', vim.log.levels.WARN)
    return
  end
  vim.ui.select(known.invites, {
    prompt = 'Revoke which invite?',
    format_item = M.describe_invite,
  }, function(invite)
    if invite then
      lsp.command('revokeInvite', { invite_id = invite.id }, warn)
    end
  end)
end

--- Set whether a host must admit people who join with an invite.
---@param wanted boolean
function M.approval(wanted)
  lsp.command('updateSession', { changes = { join_approval = wanted } }, function(refusal)
    warn(refusal)
    if not refusal then
      text.notify(wanted and 'a host must now admit each new participant' or 'an invite link is now enough to join')
    end
  end)
end

return M

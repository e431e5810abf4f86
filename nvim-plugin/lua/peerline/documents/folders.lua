-- Folders that are shared: one's own, and a picker of the files of others.
local lsp = require('peerline.lsp')
local session_files = require('peerline.documents.session_files')
local status = require('peerline.status')
local text = require('peerline.text')

local M = {}

--- The shared folders as the bridge sends them.
M.offers = { offers = {}, is_sharing = false }

local function files_of(offer)
  local files = offer.files == 1 and '1 file' or offer.files .. ' files'
  return offer.is_cut and 'the first ' .. files or files
end

-- The session in which this folder was shared when the bridge crashed: the next one has to share it.
local shared_in = nil

--- Run a command of the bridge; `done` gets its answer unless it was refused.
local function run(command, arguments, done, refused)
  if not lsp.client() then
    text.notify('join a session first: :Peerline join <link>', vim.log.levels.WARN)
    return
  end
  lsp.command(command, arguments, function(refusal, result)
    if not refusal then
      done(result)
    elseif refused then
      refused(refusal)
    else
      text.notify(refusal, vim.log.levels.WARN)
    end
  end)
end

--- Share the folder of this Neovim.
---@param told fun(sentence: string)? gets the sentence for the user, instead of the command line
---@param refused fun(refusal: string)? gets the reason if it is not shared
function M.share(told, refused)
  run('shareFolder', nil, function(result)
    local shared = ('shared %s: others can open %s'):format(text.line(result.name, 40), files_of(result))
    local sentence = result.is_cut and shared .. '; share other files one by one' or shared
    if told then
      told(sentence)
    else
      text.notify(sentence)
    end
  end, refused)
end

--- The bridge has ended, and with it what it shared.
function M.bridge_ended()
  if M.offers.is_sharing then
    shared_in = status.state.session_id
  end
end

--- A session was joined: share the folder again if a bridge that crashed had shared it there.
function M.joined()
  local session = shared_in
  shared_in = nil
  if session and session == status.state.session_id then
    run('shareFolder', nil, function() end, function(refusal)
      text.notify('your folder is no longer shared: ' .. refusal, vim.log.levels.WARN)
    end)
  end
end

--- The user has left the session.
function M.left()
  shared_in = nil
end

--- Share it no longer.
function M.stop()
  run('stopSharingFolder', nil, function()
    text.notify('your folder is no longer shared; files that others opened stay shared')
  end)
end

--- Open a file of a shared folder: one's own of that path, or the text of the session.
---@param file string its path in the session
---@param user_id string? the user who shares it
function M.open_file(file, user_id)
  run('openShared', { file = file, user_id = user_id }, function(result)
    local reason = session_files.open_new(result)
    if reason then
      text.notify(reason, vim.log.levels.WARN)
    end
  end)
end

--- Choose an entry of a folder, and so on down to a file.
local function choose(offer, path)
  run('listFolder', { path = path, user_id = offer.user_id }, function(folder)
    local entries = folder.entries
    if path ~= '' then
      table.insert(entries, 1, { name = '..', path = vim.fn.fnamemodify(path, ':h'), kind = 'folder' })
    end
    local title = text.line(offer.name, 40) .. (path ~= '' and '/' .. text.line(path, 60) or '')
    local more = folder.is_cut and ' (not all are shown)' or ''
    vim.ui.select(entries, {
      prompt = ('Files of %s: %s%s'):format(text.line(offer.username, 24), title, more),
      kind = 'peerline_file',
      format_item = function(entry)
        local name = text.line(entry.name, 80)
        if entry.kind == 'folder' then
          return name .. '/'
        end
        return entry.document_id and name .. '  ⇄' or name
      end,
    }, function(entry)
      if not entry then
        return
      end
      if entry.kind == 'folder' then
        choose(offer, entry.path == '.' and '' or entry.path)
      else
        M.open_file(entry.path, offer.user_id)
      end
    end)
  end)
end

--- Choose a file of the folders that others share, and open it.
---@param file string? the path of one
function M.pick(file)
  local others = vim.iter(M.offers.offers):filter(function(offer)
    return not offer.is_me
  end):totable()
  if file and file ~= '' then
    M.open_file(file)
  elseif #others == 0 then
    text.notify('nobody shares a folder; :Peerline share-folder shares yours')
  elseif #others == 1 then
    choose(others[1], '')
  else
    vim.ui.select(others, {
      prompt = 'Whose files?',
      kind = 'peerline_folder',
      format_item = function(offer)
        local name = text.line(offer.name, 40)
        return ('%s: %s (%s)'):format(text.line(offer.username, 24), name, files_of(offer))
      end,
    }, function(offer)
      if offer then
        choose(offer, '')
      end
    end)
  end
end

--- Handle peerline/offers.
---@param params {offers: table[], is_sharing: boolean}
function M.update(params)
  local known = {}
  for _, offer in ipairs(M.offers.offers) do
    known[offer.user_id] = true
  end
  M.offers = params
  for _, offer in ipairs(params.offers) do
    if not offer.is_me and not known[offer.user_id] then
      local name = text.line(offer.name, 40)
      local who = text.line(offer.username, 24)
      text.notify(('%s shares the folder %s (%s); :Peerline files opens one'):format(who, name, files_of(offer)))
    end
  end
end

--- The session has ended.
function M.clear()
  M.offers = { offers = {}, is_sharing = false }
end

return M

-- The people who can join sessions on this computer: the option `reach`, or asked once and remembered.
local config = require('peerline.config')

local M = {}

local choices = {
  { reach = 'computer', text = 'Users of this computer' },
  { reach = 'network', text = 'Users of my network; traffic is not encrypted' },
  { reach = 'ssh', text = 'Users who reach an SSH host of mine' },
  { reach = 'tunnel', text = 'Users on the internet, by cloudflared, tailscale, ngrok or devtunnel' },
  { reach = 'server', text = 'Users of a server where I have an account' },
}

-- The details that a choice needs.
local details = {
  ssh = { field = 'ssh_host', prompt = 'SSH host, as in `ssh HOST`: ' },
  server = { field = 'server', prompt = 'Server, HOST:PORT or https://HOST: ' },
}

local function file()
  return vim.fs.joinpath(vim.fn.stdpath('state'), 'peerline-reach.json')
end

local function read()
  local is_read, lines = pcall(vim.fn.readfile, file())
  local is_json, known = pcall(vim.json.decode, is_read and table.concat(lines) or '')
  local is_choice = is_json and type(known) == 'table' and type(known.reach) == 'string'
  return is_choice and { reach = known.reach, ssh_host = known.ssh_host, server = known.server } or nil
end

local function remember(choice)
  pcall(vim.fn.mkdir, vim.fn.stdpath('state'), 'p')
  pcall(vim.fn.writefile, { vim.json.encode(choice) }, file())
end

--- Ask who can join, remember it, and call back with the choice unless the user gives up.
---@param done fun(choice: { reach: string, ssh_host: string?, server: string? })
function M.ask(done)
  vim.ui.select(choices, {
    prompt = 'Who should be able to join?',
    format_item = function(choice)
      return choice.text
    end,
  }, function(chosen)
    if not chosen then
      return
    end
    local detail = details[chosen.reach]
    if not detail then
      remember({ reach = chosen.reach })
      done({ reach = chosen.reach })
      return
    end
    vim.ui.input({ prompt = detail.prompt }, function(host)
      if host and vim.trim(host) ~= '' then
        local choice = { reach = chosen.reach, [detail.field] = vim.trim(host) }
        remember(choice)
        done(choice)
      end
    end)
  end)
end

--- Call back with the choice that counts; without a user interface nobody is asked.
---@param done fun(choice: { reach: string?, ssh_host: string?, server: string? })
function M.choose(done)
  local options = config.options
  if options.server then
    done({})
  elseif options.reach then
    done({ reach = options.reach, ssh_host = options.ssh_host })
  elseif options.listen ~= 'computer' then
    done({ reach = options.listen })
  else
    local known = read()
    if known then
      done(known)
    elseif #vim.api.nvim_list_uis() == 0 then
      done({})
    else
      M.ask(done)
    end
  end
end

return M

-- Starts Peerline's own programs: from outside the workspace, and isolated from its files.
local M = {}

local is_windows = vim.fn.has('win32') == 1

local function is_absolute(path)
  return path:sub(1, 1) == '/' or (is_windows and path:match('^%a:[\\/]') ~= nil)
end

-- A workspace that is the home folder, or above it, contains the user's own programs.
local function is_within(folder, root)
  local home = vim.uv.fs_realpath(vim.uv.os_homedir() or '/') or '/'
  if vim.fs.relpath(root, home) then
    return folder == root
  end
  return vim.fs.relpath(root, folder) ~= nil
end

local function entries(path)
  return vim.split(path or '', is_windows and ';' or ':', { plain = true })
end

--- The absolute path of a program. One that is configured by its path is taken as it is; of the PATH
--- only absolute entries outside of the workspace count.
---@param program string
---@param root string the workspace
---@return string? path
---@return string? reason why there is none
function M.find(program, root)
  if program:match('[/\\]') then
    local path = vim.fs.normalize(program)
    if not is_absolute(path) then
      return nil, program .. ' is a relative path: give an absolute one'
    end
    if vim.fn.executable(path) == 1 then
      return path
    end
    return nil, program .. ' was not found'
  end
  local real_root = vim.uv.fs_realpath(root) or root
  local inside = nil
  for _, entry in ipairs(entries(vim.env.PATH)) do
    local folder = is_absolute(entry) and vim.uv.fs_realpath(entry)
    local path = folder and vim.fs.joinpath(entry, program)
    if path and vim.fn.executable(path) == 1 then
      if not is_within(folder, real_root) then
        return vim.fn.exepath(path)
      end
      inside = inside or path
    end
  end
  if inside then
    local advice = '%s was found in the workspace only. If you trust it, set cmd to %s'
    return nil, advice:format(program, inside)
  end
  return nil, program .. ' was not found'
end

--- The additions to the environment that keep Python from importing files of the current folder.
---@return table<string, string>
function M.env()
  local env = { PYTHONSAFEPATH = '1' }
  if vim.env.PYTHONPATH then
    env.PYTHONPATH =
      table.concat(vim.tbl_filter(is_absolute, entries(vim.env.PYTHONPATH)), is_windows and ';' or ':')
  end
  return env
end

return M

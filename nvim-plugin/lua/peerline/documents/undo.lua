-- Undo and redo of one's own edits in shared buffers: the keys that undo there ask the bridge, as
-- Neovim's own undo takes back what others wrote too.
local lsp = require('peerline.lsp')
local text = require('peerline.text')

local M = {}

-- The right-hand sides of mappings that undo and redo.
local forms = {
  undo = { 'u', '<Cmd>undo<CR>', ':undo<CR>' },
  redo = { '<C-R>', '<Cmd>redo<CR>', ':redo<CR>' },
}

-- The keys that are taken in a buffer, with the mappings that the buffer had before.
local taken = {}

local nothing = { undo = 'there is nothing of yours to undo', redo = 'there is nothing to redo' }

--- Take back, or make again, a number of one's own steps.
---@param kind 'undo'|'redo'
---@param buf integer
---@param count integer
function M.run(kind, buf, count)
  local uri = vim.uri_from_bufnr(buf)
  local has_told = false
  for step = 1, count do
    lsp.command(kind, { uri = uri }, function(refusal, result)
      -- A count that is higher than the number of steps takes all, as Neovim's own undo does.
      if (refusal or (step == 1 and not result.is_done)) and not has_told then
        has_told = true
        text.notify(refusal or nothing[kind], refusal and vim.log.levels.WARN)
      end
    end)
  end
end

--- The kind of a right-hand side, or nil.
local function kind_of(rhs)
  for kind, right in pairs(forms) do
    for _, form in ipairs(right) do
      if vim.keycode(rhs) == vim.keycode(form) then
        return kind
      end
    end
  end
end

--- The keys that undo and redo in a buffer: Neovim's own, unless the user has mapped them, and those
--- that the user has mapped to them.
---@param buf integer
---@return table<string, 'undo'|'redo'> by left-hand side
local function keys(buf)
  local kinds = { u = 'undo', ['<C-R>'] = 'redo' }
  local maps = vim.list_extend(vim.api.nvim_get_keymap('n'), vim.api.nvim_buf_get_keymap(buf, 'n'))
  for _, map in ipairs(maps) do
    -- A mapping of the buffer comes after those of all buffers, and wins.
    kinds[vim.fn.keytrans(vim.keycode(map.lhs))] = map.rhs and map.rhs ~= '' and kind_of(map.rhs) or nil
  end
  return kinds
end

local function own_mapping(buf, lhs)
  for _, map in ipairs(vim.api.nvim_buf_get_keymap(buf, 'n')) do
    if vim.keycode(map.lhs) == vim.keycode(lhs) then
      return vim.api.nvim_buf_call(buf, function()
        return vim.fn.maparg(lhs, 'n', false, true)
      end)
    end
  end
end

--- Have the keys of a buffer undo and redo one's own edits.
---@param buf integer
function M.take(buf)
  if taken[buf] then
    return
  end
  taken[buf] = {}
  for lhs, kind in pairs(keys(buf)) do
    table.insert(taken[buf], { lhs = lhs, before = own_mapping(buf, lhs) or false })
    vim.keymap.set('n', lhs, function()
      M.run(kind, buf, vim.v.count1)
    end, { buffer = buf, desc = ('Peerline: %s your last edit'):format(kind) })
  end
end

--- Give the keys back.
---@param buf integer
function M.release(buf)
  for _, key in ipairs(taken[buf] or {}) do
    if vim.api.nvim_buf_is_valid(buf) then
      pcall(vim.keymap.del, 'n', key.lhs, { buffer = buf })
      if key.before then
        vim.api.nvim_buf_call(buf, function()
          vim.fn.mapset('n', false, key.before)
        end)
      end
    end
  end
  taken[buf] = nil
end

--- Tell the bridge that the next edit begins a new step.
---@param buf integer
function M.end_step(buf)
  lsp.notify('peerline/undoStep', { uri = vim.uri_from_bufnr(buf) })
end

return M

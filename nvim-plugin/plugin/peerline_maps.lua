-- Defines the <Plug> mappings of comments; everything else is loaded when one is first used.
if vim.g.loaded_peerline_maps then
  return
end
vim.g.loaded_peerline_maps = true

local function map(modes, name, action, description, options)
  options = vim.tbl_extend('force', { desc = 'Peerline: ' .. description }, options or {})
  vim.keymap.set(modes, ('<Plug>(peerline-%s)'):format(name), action, options)
end

map({ 'n', 'x', 'o' }, 'next-comment', function()
  require('peerline.comments').jump(vim.v.count1)
end, 'go to the next line with a comment')
map({ 'n', 'x', 'o' }, 'previous-comment', function()
  require('peerline.comments').jump(-vim.v.count1)
end, 'go to the previous line with a comment')
map('n', 'comment', function()
  vim.o.operatorfunc = "v:lua.require'peerline.comments'.operator"
  return 'g@'
end, 'comment the lines of a motion', { expr = true })
map('n', 'comment-line', '<Cmd>Peerline comment<CR>', 'comment the line')
map('x', 'comment', ':Peerline comment<CR>', 'comment the selected lines', { silent = true })
map({ 'x', 'o' }, 'comment-lines', ":<C-u>lua require('peerline.comments').select_lines()<CR>", 'the commented lines', {
  silent = true,
})
map('n', 'thread', '<Cmd>Peerline thread<CR>', 'show the comments on the line')
map('n', 'reply', '<Cmd>Peerline reply<CR>', 'reply to the comment on the line')
map('n', 'resolve', '<Cmd>Peerline resolve<CR>', 'resolve the comment on the line')
map('n', 'apply', '<Cmd>Peerline apply<CR>', 'apply the suggestion on the line')

-- Defines the `:Peerline` command; everything else is loaded when it is first used.

if vim.g.loaded_peerline then
  return
end
vim.g.loaded_peerline = true

vim.api.nvim_create_user_command('Peerline', function(options)
  require('peerline').ensure()
  require('peerline.commands').run(options)
end, {
  nargs = '*',
  range = true,
  desc = 'Work together in a session',
  complete = function(_, line, column)
    return require('peerline.commands').complete(line, column)
  end,
})

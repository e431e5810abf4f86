// Listens on a free port of 127.0.0.1, says so as every server here does, and ends on SIGTERM.
export function listen(server, name) {
  server.listen(0, '127.0.0.1', () => {
    console.log(`${name} listens on 127.0.0.1:${server.address().port}`);
  });
  process.on('SIGTERM', () => process.exit(0));
}

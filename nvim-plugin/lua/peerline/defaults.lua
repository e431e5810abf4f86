-- Generated from peerline/protocol by `make generate`.
return {
  idle_seconds = 60,
  away_seconds = 300,
  typing_seconds = 3,
}

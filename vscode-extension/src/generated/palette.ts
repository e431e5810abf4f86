// Generated from peerline/protocol/palette.py by `make generate`.
export const COLOR_COUNT = 12;

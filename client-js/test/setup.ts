// The same examples each time; `PEERLINE_SEED` and `PEERLINE_RUNS` ask for others, and for more.
import fc from "fast-check";

const { PEERLINE_SEED, PEERLINE_RUNS } = process.env;
fc.configureGlobal({
  seed: Number(PEERLINE_SEED ?? 1),
  ...(PEERLINE_RUNS === undefined ? {} : { numRuns: Number(PEERLINE_RUNS) }),
});

-- Generated from peerline/protocol by `make generate`.
return {
  idle_seconds = 60,
  away_seconds = 300,
  min_quiet_seconds = 1,
  max_quiet_seconds = 86400,
  typing_seconds = 3,
  typing_report_seconds = 2,
  check_quiet_seconds = 2,
  check_interval_seconds = 10,
  max_crashes = 5,
  crash_window_seconds = 180,
  first_restart_seconds = 0.5,
  longest_restart_seconds = 10,
}

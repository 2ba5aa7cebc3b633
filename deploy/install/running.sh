# Starting the agent and waiting for it.

# The first thing noted, and so the last one done: what ran before runs again, if it was touched at all.
note_running() {
  if [ "$(systemctl is-active axion-agent.target 2>/dev/null)" = active ]; then
    later "[ ! -f '$work/touched' ] || systemctl restart --no-block axion-agent.target"
  fi
}

start_agent() {
  failed_step='starting the agent'
  step 'Starting'
  : >"$work/touched"
  systemctl daemon-reload
  [ "$(systemctl is-enabled axion-agent.target 2>/dev/null)" = enabled ] || later 'systemctl disable -q axion-agent.target'
  later 'own_units | xargs systemctl stop axion-agent.target; own_units | xargs systemctl reset-failed axion-agent.target 2>/dev/null || :'
  systemctl enable -q axion-agent.target
  deadline=$(($(uptime_s) + timeout))
  # A unit that never gets ready would be waited for as long as systemd does.
  timeout "$timeout" systemctl restart axion-agent.target 9<&- || [ $? = 124 ]
}

uptime_s() { cut -d . -f 1 /proc/uptime; }

wait_healthy() {
  failed_step='waiting for the agent to be healthy'
  step "Waiting until the agent is healthy (at most $timeout s)"
  # Nor is what its operator has masked waited for.
  for unit in $(own_units | xargs -r systemctl list-unit-files --no-legend --state=masked | cut -d ' ' -f 1); do
    component=${unit#axion-}
    component=${component%.service}
    say "  $unit is masked and stays out"
    without="$without --exclude ${component%@*}"
  done
  left=$((deadline - $(uptime_s)))
  [ "$left" -gt 0 ] || left=1
  # What takes long does not hold the lock: it would go on holding it, were this script killed.
  # The words are names of components.
  # shellcheck disable=SC2086
  if ! bare "$OPT/current/bin/axion" --config "$ETC/agent.toml" status --wait "$left" $without >"$work/status" 2>&1 9<&-; then
    cat "$work/status" >&2
    bare "$OPT/current/bin/axion" --config "$ETC/agent.toml" status >&2 || :
    own_units | xargs -r systemctl --no-pager --failed list-units >&2 || :
    own_units | sed 's/^/--unit=/' | xargs -r journalctl --no-pager -q -n 20 >&2 || :
    die "the agent is not healthy after $timeout s"
  fi
}

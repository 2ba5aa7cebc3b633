# Installing and updating.

summary() {
  say ''
  if [ "$start" = 1 ]; then say "Axion $version runs from $release."; else say "Axion $version is in $release; nothing was started (systemctl enable --now axion-agent.target)."; fi
  say "  configuration   $ETC/agent.toml"
  say "  data            $DATA"
  # What works and is not well all the same: a token that is refused, a broker that is away.
  [ ! -f "$work/status" ] || awk '/ (degraded|unhealthy) / { print "  not well yet    " $0 }' "$work/status"
  say '  how it is       axion status; systemctl status "axion-*"; journalctl -u "axion-*" -f'
  say '  remove it       install.sh --uninstall'
  [ -z "$docker_advice" ] || say "  to do           $docker_advice"
}

install() {
  [ -n "$bundle" ] || { usage >&2; exit 2; }
  check_given
  check_host
  check_docker
  check_environment
  [ "$dry" = 1 ] || alone
  umask 022
  open_workplace
  fetch_and_verify
  if [ "$dry" = 1 ]; then
    say 'All is well. This would be done:'
    say "  unpack into $OPT/releases and switch $OPT/current to it"
    if [ -f "$ETC/agent.toml" ]; then say "  keep $ETC/agent.toml"; else say "  write $ETC/agent.toml from ${config:-the bundle}"; fi
    [ -z "$token_file$secrets" ] || say "  store secrets in $ETC/secrets"
    say "  write axion-agent.target and a unit a component in $UNITS, users, and the data's folders"
    [ "$start" = 0 ] || say '  enable and restart axion-agent.target, and wait until it is healthy'
    exit 0
  fi
  undo="$work/undo"
  : >"$undo"
  note_running
  unpack
  step 'Configuration'
  configure
  store_secrets
  switch
  generate
  protect_configuration
  make_folders
  if [ "$start" = 1 ]; then
    start_agent
    wait_healthy
  else
    systemctl daemon-reload
  fi
  : >"$undo"
  # What was not started anew may still run from one of them.
  [ "$start" = 0 ] || prune_releases
  summary
}

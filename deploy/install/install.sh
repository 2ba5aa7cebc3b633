# Installing and updating.

summary() {
  say ''
  say "Axion $version runs from $release."
  say "  configuration   $ETC/agent.toml"
  say "  data            $DATA"
  # What works and is not well all the same: a token that is refused, a broker that is away.
  [ ! -f "$work/status" ] || awk '/ (degraded|unhealthy) / { print "  not well yet    " $0 }' "$work/status"
  say '  how it is       axion status; systemctl status "axion-*"; journalctl -u "axion-*" -f'
  say '  remove it       install.sh --uninstall'
  [ -z "$docker_advice" ] || say "  to do           $docker_advice"
}

# The files that were named, and under what name a secret would be stored, before anything is done with them.
check_given() {
  if [ -n "$config" ]; then { [ -f "$config" ] && [ -r "$config" ]; } || die "--config $config cannot be read"; fi
  case $token_file in '' | -) ;; *) readable_file "$token_file" || die "--token-file $token_file cannot be read" ;; esac
  [ -n "$secrets" ] || return 0
  printf '%s' "$secrets" | while IFS= read -r given; do
    key=${given%%=*}
    file=${given#*=}
    case $given in *=*) ;; *) die "--secret $given: it takes KEY=FILE, e.g. kafka.sasl_password=FILE" ;; esac
    case $key in
      '' | .* | *[!a-z0-9_.]*) die "--secret $given: a key is made of lower-case letters, digits, _ and ., e.g. kafka.sasl_password" ;;
    esac
    readable_file "$file" || die "--secret $given: $file cannot be read"
  done
}

# A pipe will do, too.
readable_file() { [ -r "$1" ] && [ ! -d "$1" ]; }

install() {
  [ -n "$bundle" ] || { usage >&2; exit 2; }
  check_given
  check_host
  check_docker
  [ "$dry" = 1 ] || alone
  work=$(mktemp -d)
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
  umask 022
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
  tidy
  summary
}

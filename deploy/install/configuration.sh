# The configuration and its secrets.

# A folder of somebody else's would be given to the agent's users, and lost with them. Disks of virtual machines that were kept
# are no stranger's, nor is what a new file system brings along.
check_data() {
  bare "$release/bin/axion" --config "$1" systemd generate --systemd "$systemd" --out "$work/plan" >/dev/null 2>"$work/config" || {
    sed 's/^/  /' "$work/config" >&2
    die "$1 is not valid for this version"
  }
  check_folders "$work/plan/tmpfiles.d/axion.conf" "$1"
  planned=$(awk '$1 == "d" { print $2; exit }' "$work/plan/tmpfiles.d/axion.conf")
  if [ ! -d "$planned" ] || [ -d "$planned/bus" ] || [ "$planned" = "$(data_folder)" ]; then return 0; fi
  find "$planned/" -mindepth 1 -maxdepth 1 ! -name lost+found | while IFS= read -r entry; do
    awk -v folder="$planned/${entry##*/}/" '$1 == "d" && index($2 "/", folder) == 1 { found = 1 } END { exit !found }' "$work/plan/tmpfiles.d/axion.conf" ||
      die "agent.data_dir = \"$planned\" is not empty, and not the agent's: nothing was changed there. Give the agent a folder of its own, e.g. $planned/axion"
  done
}

configure() {
  failed_step='the configuration'
  if [ -f "$ETC/agent.toml" ]; then check_data "$ETC/agent.toml"; else check_data "${config:-$release/share/agent.toml}"; fi
  if [ ! -d "$ETC" ]; then
    mkdir -p "$ETC"
    later "rm -rf '$ETC'"
  fi
  if [ -f "$ETC/agent.toml" ]; then
    say "  $ETC/agent.toml is kept as it is"
  else
    cp "${config:-$release/share/agent.toml}" "$ETC/agent.toml"
    chmod 0600 "$ETC/agent.toml"
    later "rm -f '$ETC/agent.toml'"
  fi
}

# Readable for the components, who share the group; secrets are root's alone.
protect_configuration() {
  chown root:axion "$ETC" "$ETC/agent.toml"
  chmod 0750 "$ETC"
  chmod 0640 "$ETC/agent.toml"
}

store_secret() { # KEY FILE
  failed_step="storing the secret $1"
  if [ ! -d "$ETC/secrets" ]; then
    (umask 077 && mkdir "$ETC/secrets")
    later "rmdir '$ETC/secrets' 2>/dev/null || :"
  fi
  cat -- "$2" >"$work/secret" || die "$2 cannot be read"
  [ -s "$work/secret" ] || die "the secret $1 is empty"
  for file in "$ETC/secrets/$1" "$ETC/secrets/$1.cred"; do
    if [ -f "$file" ]; then
      cp -p "$file" "$work/${file##*/}.before"
      later "mv '$work/${file##*/}.before' '$file'"
    else
      later "rm -f '$file'"
    fi
  done
  # At every moment there is a whole one: the old or the new.
  new=$ETC/secrets/.new
  rm -f "$new"
  later "rm -f '$new'"
  umask 077
  if [ "$systemd" -ge 250 ] && have systemd-creds && systemd-creds encrypt --name="$1" "$work/secret" "$new" >/dev/null 2>&1; then
    mv "$new" "$ETC/secrets/$1.cred"
    rm -f "$ETC/secrets/$1"
    say "  $1: encrypted with this host's key"
  else
    cp "$work/secret" "$new"
    mv "$new" "$ETC/secrets/$1"
    rm -f "$ETC/secrets/$1.cred"
    say "  $1: in the clear, readable for root alone (systemd $systemd cannot encrypt it)"
  fi
  umask 022
  rm -f "$work/secret"
}

store_secrets() {
  [ -z "$token_file$secrets" ] || step 'Storing secrets'
  if [ -n "$token_file" ]; then
    printf '%s\n' "$token" >"$work/token"
    store_secret agent.token "$work/token"
  fi
  while IFS='=' read -r key file; do
    [ -z "$key" ] || store_secret "$key" "$file"
  done <<TEXT
$secrets
TEXT
}

# Releases in their folders, and the one that is current.

unpack() {
  failed_step='unpacking the bundle'
  step 'Unpacking'
  mkdir -p "$OPT/releases"
  later "rmdir '$OPT/releases' 2>/dev/null || :"
  incoming=$work/release
  mkdir "$incoming"
  # Should the first half of the pipe fail, the list tells what is missing.
  case $name in
    *.zst) zstd -q -d -c "$work/$name" ;;
    *.gz) gzip -d -c "$work/$name" ;;
  esac | tar -xf - -C "$incoming" --strip-components=1 --no-same-owner --no-same-permissions
  rm -f "$work/$name"
  (cd "$incoming" && sha256sum --quiet -c SHA256SUMS) || die 'the files of the bundle are not what its own list says'
  version=$(bare "$incoming/bin/axion" --version) || die 'the programs of the bundle do not start on this host'
  release="$OPT/releases/$version"
  for there in "$release" "$release"+*; do
    if is_whole "$there"; then
      say "  $version is there already"
      rm -rf "$incoming"
      release=$there
      return
    fi
  done
  # Beside one of the same version whose bytes are others or damaged: that one runs until the switch, which is one step.
  [ ! -e "$release" ] || release="$release+$(date -u +%Y%m%d%H%M%S)"
  mv "$incoming" "$release"
  later "rm -rf '$release'"
}

# Whether a release is the one that was unpacked, to the last byte.
is_whole() { [ -d "$1" ] && cmp -s "$incoming/SHA256SUMS" "$1/SHA256SUMS" && (cd "$1" && sha256sum --quiet -c SHA256SUMS 2>/dev/null); }

switch() {
  failed_step='switching to the new release'
  before=$(readlink "$OPT/current" 2>/dev/null) || before=''
  ln -s "$release" "$work/current"
  mv -T "$work/current" "$OPT/current"
  if [ -n "$before" ]; then later "ln -sfn '$before' '$OPT/current'"; else later "rm -f '$OPT/current'"; fi
  if our_command || [ ! -e /usr/local/bin/axion ]; then
    our_command || later 'rm -f /usr/local/bin/axion'
    ln -sfn "$OPT/current/bin/axion" /usr/local/bin/axion
  else
    warn "/usr/local/bin/axion is somebody else's and stays; the agent's command is $OPT/current/bin/axion"
  fi
}

our_command() { [ "$(readlink /usr/local/bin/axion 2>/dev/null)" = "$OPT/current/bin/axion" ]; }

# Removes releases that ran before, the oldest first, beyond as many as the configuration keeps. The one that ran last stays.
prune_releases() {
  keep=$(bare "$release/bin/axion" --config "$ETC/agent.toml" config check 2>/dev/null | awk '$1 == "update.max_backups" { print $2 }') || keep=''
  case $keep in '' | *[!0-9]*) return 0 ;; esac
  case $before in '' | "$release") ;; *) keep=$((keep - 1)) ;; esac
  find "$OPT/releases" -mindepth 1 -maxdepth 1 -type d ! -path "$release" ! -path "$before" -printf '%T@ %p\n' | sort -rn | tail -n "+$((keep + 1))" | cut -d ' ' -f 2- | while IFS= read -r old; do
    rm -rf "$old"
    say "  removed $old, which ran long ago (update.max_backups)"
  done
}

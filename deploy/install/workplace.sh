# Where the installer works.

# One folder that root alone can look into: for the copy of the bundle, what is unpacked of it, and secrets that are replaced.
# Who is killed leaves it behind, and the next run, which alone holds the lock, begins by removing it.
work=''

open_workplace() {
  if [ "$dry" = 1 ]; then
    work=$(mktemp -d)
    return
  fi
  mkdir -p "$OPT"
  work=$WORKPLACE
  rm -rf "$work"
  mkdir -m 0700 "$work"
}

close_workplace() {
  [ -n "$work" ] || return 0
  rm -rf "$work"
  [ "$work" != "$WORKPLACE" ] || rmdir "$OPT" 2>/dev/null || :
}

# Taking back what was done, should a later step fail.

undo=''
failed_step='starting'

# later COMMAND: what takes the step just done back, should a later one fail; last in, first out
later() { printf '%s\n' "$*" >>"$undo"; }

ended() {
  status=$?
  trap - EXIT INT TERM HUP
  # Taking back goes on, also where nobody reads what it says.
  trap '' PIPE
  set +e
  if [ "$status" != 0 ] && [ -n "$undo" ] && [ -s "$undo" ]; then
    warn "failed at: $failed_step. Going back to what was there before"
    # Each in a shell of its own: one that cannot even be read must not end the others.
    sed -n '1!G;h;$p' "$undo" | while IFS= read -r line; do (eval "$line") || warn "could not: $line"; done
  fi
  close_workplace
  exit "$status"
}
trap ended EXIT
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM HUP

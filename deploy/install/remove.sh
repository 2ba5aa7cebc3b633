# Removing.

# What the agent made in its data's folder, and no file of anybody else: the folder may be shared, a disk or a link.
remove_data() {
  if [ -n "$volumes" ] && [ -d "$volumes" ] && ! rmdir "$volumes" 2>/dev/null; then
    say "  kept: $volumes, with the disks of virtual machines"
  fi
  printf '%s\n' "$folders" | while read -r folder; do
    case $folder in "$DATA"/*) remove_folder "$folder" ;; esac
  done
  # Made on the way to the folder of volumes, where the data lie elsewhere.
  rmdir /var/lib/axion 2>/dev/null || :
  [ -d "$DATA" ] || return 0
  rmdir "$DATA" 2>/dev/null || say "  kept: $DATA itself: it is a disk, a link, or not empty"
}

remove_folder() { # one that was generated
  case $volumes/ in "$1"/*) [ ! -d "$volumes" ] || return 0 ;; esac
  # A link alone would leave what it leads to; a disk is emptied and stays.
  rm -rf "$(readlink -f "$1")" 2>/dev/null || [ -z "$(ls -A "$1")" ] || warn "$1 could not be removed"
  [ ! -L "$1" ] || rm -f "$1"
  parent=$(dirname "$1")
  while [ "$parent" != "$DATA" ] && rmdir "$parent" 2>/dev/null; do parent=$(dirname "$parent"); done
}

# The links in a folder that are named as one of the agent's units is.
remove_of_units() { # FOLDER
  printf '%s\n' "$units" | while read -r unit; do
    [ -z "$unit" ] || find "$1" -maxdepth 1 -name "$unit" -type l -delete 2>/dev/null || :
  done
}

# Drop-ins and masks of the agent's units; a template's have its name without an instance, too, which the pattern meets.
remove_settings() { # FOLDER
  printf '%s\n' axion-agent.target "$units" | while read -r unit; do
    [ -z "$unit" ] || find "$1" -maxdepth 1 \( -name "$unit.d" -type d -o -name "$unit" -lname /dev/null \) -exec rm -rf {} + 2>/dev/null || :
  done
}

remove() {
  [ "$dry" = 1 ] || [ "$(id -u)" = 0 ] || die 'run this as root'
  [ "$dry" = 1 ] || alone
  DATA=$(data_folder)
  DATA=${DATA:-/var/lib/axion}
  DATA=${DATA%/}
  folders=$(folder_lines | awk '{ print $2 }')
  volumes=$(volumes_folder)
  volumes=${volumes:-$DATA/volumes}
  # As long as there are files that tell.
  units=$(own_units)
  if [ "$purge" = 1 ] && [ "$yes" = 0 ] && [ "$dry" = 0 ]; then
    say "--purge removes the agent's folders in $DATA (stored revisions, events not sent yet), $ETC and the users. Deployed stacks keep running."
    printf 'Remove them for good? Type yes: '
    answer=''
    read -r answer || :
    [ "$answer" = yes ] || die 'nothing was removed: the answer was not yes (where nobody can answer, say --yes)'
  fi
  say 'What the agent deployed keeps running.'
  if [ "$dry" = 1 ]; then
    say "Would stop the agent and remove its units, $OPT/releases, $OPT/current and /usr/local/bin/axion."
    [ "$purge" = 0 ] || say "Would remove the agent's folders in $DATA, $ETC, $OPT and the agent's users."
    exit 0
  fi
  step 'Stopping the agent'
  systemctl disable -q --now axion-agent.target 2>/dev/null || :
  printf '%s\n' "$units" | xargs -r systemctl stop 2>/dev/null || :
  step 'Removing units and programs'
  if [ "$purge" = 0 ] && [ -d "$ETC" ] && [ -f $LIB/tmpfiles.d/axion.conf ]; then
    { cat $LIB/tmpfiles.d/axion.conf; printf '%s\n' "$units" | sed 's/^/# unit /'; } >"$FOLDERS"
  fi
  remove_generated
  rm -f "$OWN"/multi-user.target.wants/axion-agent.target
  remove_of_units "$OWN"/axion-agent.target.wants
  rmdir "$OWN"/axion-agent.target.wants 2>/dev/null || :
  systemctl daemon-reload
  printf '%s\n' "$units" | xargs -r systemctl reset-failed axion-agent.target 2>/dev/null || :
  rm -rf "$OPT/releases" "$OPT/current" "$WORKPLACE" /run/axion
  ! our_command || rm -f /usr/local/bin/axion
  if [ "$purge" = 1 ]; then
    step 'Removing data, configuration and users'
    remove_data
    remove_users ''
    remove_groups
    groupdel axion 2>/dev/null || :
    rm -rf "$ETC" "$OPT" /var/log/axion
    for folder in "$OWN" /etc/systemd/system.control; do remove_settings "$folder"; done
    systemctl daemon-reload
    say 'The agent is removed.'
  else
    rmdir "$OPT/projects" "$OPT" 2>/dev/null || :
    say "The agent is removed. Kept: $ETC, $DATA and the users they belong to (--purge removes them, too)."
  fi
}

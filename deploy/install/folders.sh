# The data's folders.

# The first folder that was generated is that of the data, wherever the configuration has it.
data_folder() { folder_lines | awk '{ print $2; exit }'; }
folder_lines() {
  for file in $LIB/tmpfiles.d/axion.conf "$FOLDERS"; do
    if [ -f "$file" ]; then
      awk '$1 == "d"' "$file"
      return
    fi
  done
}

# The folder of the disks of virtual machines: what runs on them has to outlive the agent.
volumes_folder() { folder_lines | awk '$3 == "0711" { print $2; exit }'; }

make_folders() {
  failed_step='making folders'
  DATA=$(data_folder)
  [ -d "$DATA" ] || later "rm -rf '$DATA'"
  [ -d "$OPT/projects" ] || later "rmdir '$OPT/projects' 2>/dev/null || :"
  folder_lines | while read -r _ folder _ user _; do adopt_files "$folder" "$user"; done
  systemd-tmpfiles --create $LIB/tmpfiles.d/axion.conf
  [ -d "$DATA" ] || die "$DATA could not be made"
  rm -f "$FOLDERS"
}

# A folder that is not the agent's yet and holds somebody's files would be made over to the agent's users, files and all.
check_folders() { # LINES CONFIGURATION
  awk '$1 == "d" { print $2 }' "$1" | while read -r folder; do
    case $folder in "$ETC"/*) continue ;; esac
    if [ ! -d "$folder" ] || [ -z "$(ls -A "$folder")" ] || folder_lines | grep -qF "d $folder "; then continue; fi
    whose=$(owners "$folder" | head -n 1)
    [ -z "$whose" ] || die "$folder holds files of $whose, and the agent's users would be given them: nothing was changed there. Name a folder of the agent's own in $2, e.g. $folder/axion"
  done
}

# To whom a folder belongs, and who of those that log in has something in it; not root, whom the agent's users take nothing from,
# nor whom a file server has put in the place of others.
owners() { # FOLDER
  { stat -L -c %u "$1"; find "$1/" -mindepth 1 -maxdepth 1 -printf '%U\n' | awk '$1 >= 1000'; } | sort -u | while read -r uid; do
    getent passwd "$uid" | awk -F: '$3 != 0 && $1 != "nobody" && $5 != "Axion runner agent" { print $1 }'
  done
}

# Users that were removed and made again have other numbers than the files they left.
adopt_files() { # FOLDER USER
  [ -d "$1" ] || return 0
  was=$(stat -c %u "$1")
  now=$(id -u "$2")
  [ "$was" = "$now" ] || [ "$was" = 0 ] || is_person "$was" || find "$1" -xdev -uid "$was" -exec chown -h "$2:axion" {} +
}

is_person() { [ "$1" -ge 1000 ] && getent passwd "$1" >/dev/null; }

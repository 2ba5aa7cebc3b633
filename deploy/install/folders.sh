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

# Users that were removed and made again have other numbers than the files they left.
adopt_files() { # FOLDER USER
  [ -d "$1" ] || return 0
  was=$(stat -c %u "$1")
  now=$(id -u "$2")
  [ "$was" = "$now" ] || [ "$was" = 0 ] || find "$1" -xdev -uid "$was" -exec chown -h "$2:axion" {} +
}

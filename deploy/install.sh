#!/bin/sh
# Installs, updates and removes the Axion runner agent. Nothing is compiled or fetched here beyond the bundle itself.
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH
export LC_ALL=C
# Meant for other programs of whoever runs this; the agent's own would obey them.
unset NODE_OPTIONS NODE_PATH LD_PRELOAD

OPT=/opt/axion
ETC=/etc/axion
DATA=/var/lib/axion
# Where the generated files are: /etc is the operator's, for drop-ins, links and masks.
LIB=/usr/local/lib
UNITS=$LIB/systemd/system
OWN=/etc/systemd/system
# What is kept of a node that was removed with its data: where its folders are.
FOLDERS=$ETC/folders.conf
LEAST_SYSTEMD=247
LEAST_GLIBC=2.28
LEAST_MB=400
LEAST_TMP_MB=100

usage() {
  cat <<'TEXT'
Usage:
  install.sh --bundle FILE|URL [options]      install, or update to that version; can be repeated
  install.sh --uninstall [--purge [--yes]]    remove the agent; what it deployed keeps running

Options:
  --bundle FILE|URL       axion-VERSION-linux-ARCH.tar.zst or .tar.gz; SHA256SUMS is expected beside it
  --public-key KEY|FILE   minisign key: SHA256SUMS.minisig beside the bundle must be signed with it
  --token-file FILE       enrolment token; "-" reads it from standard input. Never taken from the command line
  --secret KEY=FILE       another secret that a component is handed, e.g. kafka.sasl_password=FILE
  --config FILE           configuration for a first installation; one that is there is always kept
  --timeout SECONDS       how long the agent may take until it is healthy (default 120)
  --no-start              install, and start nothing
  --dry-run               check everything, print what would be done, change nothing
  --purge                 with --uninstall: remove data, configuration and users, too; asks first
  --yes                   answer that question with yes
TEXT
}

say() { printf '%s\n' "$*"; }
step() { printf '• %s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }
# at_least HAVE NEEDED: compares dotted versions
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }

# ------------------------------------------------------------------ arguments

bundle='' public_key="${AXION_PUBLIC_KEY:-}" token_file='' config='' timeout=120
secrets='' start=1 dry=0 uninstall=0 purge=0 yes=0

need() { [ "$2" -ge 2 ] || { printf 'install.sh: %s takes a value\n' "$1" >&2; exit 2; }; }
while [ $# -gt 0 ]; do
  case $1 in
    --bundle) need "$1" $#; bundle=$2; shift 2 ;;
    --public-key) need "$1" $#; public_key=$2; shift 2 ;;
    --token-file) need "$1" $#; token_file=$2; shift 2 ;;
    --secret) need "$1" $#; secrets="$secrets$2
"; shift 2 ;;
    --config) need "$1" $#; config=$2; shift 2 ;;
    --timeout) need "$1" $#; timeout=$2; shift 2 ;;
    --no-start) start=0; shift ;;
    --dry-run) dry=1; shift ;;
    --uninstall) uninstall=1; shift ;;
    --purge) purge=1; shift ;;
    --yes) yes=1; shift ;;
    -h | --help) usage; exit 0 ;;
    *) printf 'install.sh: unknown option %s\n\n' "$1" >&2; usage >&2; exit 2 ;;
  esac
done
case $timeout in '' | *[!0-9]*) die "--timeout $timeout: whole seconds, please" ;; esac

# ------------------------------------------------------------------ what this host is

check_host() {
  [ "$(uname -s)" = Linux ] || die "the agent runs on Linux; this is $(uname -s)"
  case $(uname -m) in
    x86_64 | amd64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) die "there is no bundle for $(uname -m), only for x86_64 and aarch64" ;;
  esac
  [ -d /run/systemd/system ] || die 'systemd does not run this host; use the container image, or "axion run", instead'
  systemd=$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
  [ "${systemd:-0}" -ge $LEAST_SYSTEMD ] || die "systemd $LEAST_SYSTEMD or newer is needed; this is ${systemd:-unknown}"
  libc=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed 's/^glibc //') || libc=''
  [ -n "$libc" ] || die 'the GNU C library is needed; this host has another one (Alpine has musl): use the container image'
  at_least "$libc" $LEAST_GLIBC || die "glibc $LEAST_GLIBC or newer is needed; this is $libc"
  case $(sed -n 's/^ID\(_LIKE\)\{0,1\}=//p' /etc/os-release 2>/dev/null | tr '\n' ' ') in
    *debian* | *ubuntu* | *rhel* | *fedora* | *suse*) ;;
    *) warn 'this distribution is not one the agent is tried on; it has what is needed, so going on' ;;
  esac
  if [ "$dry" = 0 ] && [ "$(id -u)" != 0 ]; then die 'run this as root'; fi
}

# One at a time: the second would take back what the first does.
alone() {
  have flock || return 0
  exec 9</etc
  flock -n 9 || die 'another install.sh is at work here; wait for it'
}

docker_answers() {
  [ -S /var/run/docker.sock ] || return 1
  if have curl; then curl -fsS -m 20 --unix-socket /var/run/docker.sock http://docker/_ping >/dev/null 2>&1
  elif have docker; then timeout 20 docker version >/dev/null 2>&1; fi
}

check_docker() {
  docker_advice='' without=''
  if ! docker_answers; then
    # Whose work it is cannot begin yet; all the others can.
    without=' --exclude swarm-executor --exclude workload-executor'
    docker_advice='Docker does not run here. Install it (Debian: apt-get install docker.io), start it, and the agent finds it by itself.'
  elif have docker; then
    case $(timeout 10 docker info --format '{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}' 2>/dev/null) in
      'active true') ;;
      active*) docker_advice='This node is a Swarm worker: stacks can be deployed on managers only (docker node promote NODE).' ;;
      *) docker_advice='Docker is no Swarm manager yet: docker swarm init, or send the agent a SwarmInit command.' ;;
    esac
  fi
  [ -z "$docker_advice" ] || warn "$docker_advice"
}

# ------------------------------------------------------------------ fetching and verifying

work='' undo=''
failed_step='starting'

# later COMMAND: what takes the step just done back, should a later one fail; last in, first out
later() { printf '%s\n' "$*" >>"$undo"; }

ended() {
  status=$?
  trap - EXIT INT TERM HUP
  set +e
  if [ "$status" != 0 ] && [ -n "$undo" ] && [ -s "$undo" ]; then
    warn "failed at: $failed_step. Going back to what was there before"
    sed -n '1!G;h;$p' "$undo" | while IFS= read -r line; do eval "$line" || warn "could not: $line"; done
  fi
  [ -z "$work" ] || rm -rf "$work"
  exit "$status"
}
trap ended EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

fetch() { # URL|FILE TARGET
  case $1 in
    https://* | http://localhost* | http://127.*)
      if have curl; then curl -fsSL --retry 3 -o "$2" "$1"
      elif have wget; then wget -q -O "$2" "$1"
      else die 'curl or wget is needed to fetch a URL'; fi ;;
    http://*) die "$1: over plain HTTP anybody could change the bundle; use https" ;;
    *) [ -f "$1" ] || return 1; cp "$1" "$2" ;;
  esac
}

# The key itself: the last line of a minisign key file, or what was given.
key_text() { if [ -f "$1" ]; then tail -n 1 "$1"; else printf '%s' "$1"; fi; }

verify_signature() { # FILE SIGNATURE KEY
  if have minisign; then
    minisign -V -q -m "$1" -x "$2" -P "$3" && return 0
    return 1
  fi
  have openssl || die 'minisign or openssl is needed to check the signature'
  # A minisign signature is Ed25519 over the BLAKE2b hash of the file (algorithm "ED") or over the file itself ("Ed").
  printf '%s' "$3" | openssl base64 -d -A >"$work/key.raw" || return 1
  sed -n 2p "$2" | openssl base64 -d -A >"$work/sig.raw" || return 1
  [ "$(head -c 10 "$work/key.raw" | tail -c 8 | od -An -tx1)" = "$(head -c 10 "$work/sig.raw" | tail -c 8 | od -An -tx1)" ] || return 1
  { printf '\060\052\060\005\006\003\053\145\160\003\041\000'; tail -c 32 "$work/key.raw"; } >"$work/key.der"
  tail -c 64 "$work/sig.raw" >"$work/sig"
  case $(head -c 2 "$work/sig.raw") in
    ED) openssl dgst -blake2b512 -binary "$1" >"$work/signed" ;;
    *) cp "$1" "$work/signed" ;;
  esac
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin -in "$work/signed" -sigfile "$work/sig" >/dev/null 2>&1
}

# The megabytes that are free where a folder is or will be.
free_mb() {
  folder=$1
  while [ ! -d "$folder" ]; do folder=$(dirname -- "$folder"); done
  df -Pk -- "$folder" | awk 'END { print int($4 / 1024) }'
}

# A release, the one that runs, and the archive for as long as it is unpacked.
check_room() {
  free=$(free_mb "$OPT")
  [ "$free" -ge $LEAST_MB ] || die "$OPT has $free MB left, and $LEAST_MB MB are needed: make room and run this again"
  free=$(free_mb "$work")
  [ "$free" -ge $LEAST_TMP_MB ] || die "$(dirname -- "$work") has $free MB left, and $LEAST_TMP_MB MB are needed: make room, or set TMPDIR to a folder that has it"
}

fetch_and_verify() {
  name=$(basename -- "$bundle")
  base=${bundle%"$name"}
  case $name in
    axion-*-linux-"$arch".tar.zst) have zstd || die "zstd is needed to unpack $name: install it (apt-get install zstd), or take the .tar.gz" ;;
    axion-*-linux-"$arch".tar.gz) have gzip || die "gzip is needed to unpack $name" ;;
    axion-*-linux-*.tar.*) die "$name is for another architecture; this host needs linux-$arch" ;;
    *) die "$name is not named like a bundle: axion-VERSION-linux-$arch.tar.zst" ;;
  esac
  step "Checking $name"
  check_room
  fetch "$bundle" "$work/$name" || die "$bundle cannot be read"
  fetch "${base}SHA256SUMS" "$work/SHA256SUMS" || die "there is no SHA256SUMS beside $bundle; a bundle is never installed unchecked"
  if [ -n "$public_key" ]; then
    fetch "${base}SHA256SUMS.minisig" "$work/SHA256SUMS.minisig" || die "there is no SHA256SUMS.minisig beside $bundle, but a key to check it with was given"
    verify_signature "$work/SHA256SUMS" "$work/SHA256SUMS.minisig" "$(key_text "$public_key")" || die 'the signature of SHA256SUMS is wrong: it was made with another key, or the file was changed'
    say '  signature: good'
  else
    warn 'no --public-key: the checksum tells damage, not who made the bundle'
  fi
  sum=$(awk -v name="$name" '$2 == name || $2 == "*" name { print $1 }' "$work/SHA256SUMS")
  [ -n "$sum" ] || die "SHA256SUMS does not list $name"
  [ "$(sha256sum <"$work/$name" | cut -d ' ' -f 1)" = "$sum" ] || die "$name is damaged: its SHA-256 is not the one of SHA256SUMS"
  say '  checksum: good'
}

# ------------------------------------------------------------------ installing

unpack() {
  failed_step='unpacking the bundle'
  step 'Unpacking'
  mkdir -p "$OPT/releases"
  later "rmdir '$OPT/releases' '$OPT' 2>/dev/null || :"
  incoming="$OPT/releases/.incoming.$$"
  later "rm -rf '$incoming'"
  mkdir "$incoming"
  # Should the first half of the pipe fail, the list tells what is missing.
  case $name in
    *.zst) zstd -q -d -c "$work/$name" ;;
    *.gz) gzip -d -c "$work/$name" ;;
  esac | tar -xf - -C "$incoming" --strip-components=1 --no-same-owner --no-same-permissions
  (cd "$incoming" && sha256sum --quiet -c SHA256SUMS) || die 'the files of the bundle are not what its own list says'
  version=$("$incoming/bin/axion" --version) || die 'the programs of the bundle do not start on this host'
  release="$OPT/releases/$version"
  if [ -d "$release" ] && cmp -s "$incoming/SHA256SUMS" "$release/SHA256SUMS" && (cd "$release" && sha256sum --quiet -c SHA256SUMS 2>/dev/null); then
    say "  $version is there already"
    rm -rf "$incoming"
  elif [ -d "$release" ]; then
    # Running programs keep the files they have open.
    mv "$release" "$release.before.$$"
    later "rm -rf '$release'; mv '$release.before.$$' '$release'"
    mv "$incoming" "$release"
  else
    mv "$incoming" "$release"
    later "rm -rf '$release'"
  fi
}

generated_files() {
  for file in "$UNITS"/axion-*.service "$UNITS"/axion-agent.target $LIB/sysusers.d/axion.conf $LIB/tmpfiles.d/axion.conf; do
    [ ! -f "$file" ] || printf '%s\n' "$file"
  done
}

# Files that are written again from the manifest, kept aside in case a later step fails.
keep_generated() {
  mkdir "$work/before"
  # From the root, because of an absolute path cp preserves no parents.
  generated_files | while IFS= read -r file; do (cd / && cp --parents -p "${file#/}" "$work/before"); done
}

remove_generated() {
  generated_files | while IFS= read -r file; do
    if head -n 1 "$file" | grep -q '^# Generated by .axion systemd generate'; then rm -f "$file"; fi
  done
  # Made for these files where the system had none of its own.
  for folder in "$UNITS" $LIB/systemd $LIB/sysusers.d $LIB/tmpfiles.d; do rmdir "$folder" 2>/dev/null || :; done
}

restore_generated() { (cd "$work/before" && find . -type f -exec cp -p --parents {} / \;); }

axion_users() { getent passwd | awk -F: '$1 ~ /^axion-/ { print $1 }'; }

remove_users() { # those of the agent that are not in the list
  for user in $(axion_users); do
    case " $1 " in *" $user "*) ;; *) userdel "$user" 2>/dev/null || : ;; esac
  done
  case " $1 " in '  ') groupdel axion 2>/dev/null || : ;; esac
}

generate() {
  failed_step='writing units, users and folders'
  step 'Writing units, users and folders'
  keep_generated
  later "remove_generated; restore_generated; systemctl daemon-reload"
  users_before=$(axion_users | tr '\n' ' ')
  "$release/bin/axion" --config "$ETC/agent.toml" systemd generate --systemd "$systemd" >"$work/generated" || die 'the units could not be written'
  later "remove_users '$users_before'"
  make_users
  leave_hypervisor
  check_secrets
}

make_users() {
  if have systemd-sysusers; then
    systemd-sysusers $LIB/sysusers.d/axion.conf
    return
  fi
  sed -n 's/^g \([^ ]*\) .*/\1/p' $LIB/sysusers.d/axion.conf | while read -r group; do
    getent group "$group" >/dev/null || groupadd --system "$group"
  done
  sed -n 's/^u \([^ ]*\) - "\(.*\)"$/\1:\2/p' $LIB/sysusers.d/axion.conf | while IFS=: read -r user about; do
    getent passwd "$user" >/dev/null || useradd --system --user-group --no-create-home --home-dir / --shell /usr/sbin/nologin --comment "$about" "$user"
  done
  sed -n 's/^m //p' $LIB/sysusers.d/axion.conf | while read -r user group; do usermod --append --groups "$group" "$user"; done
}

# Whoever keeps virtual machines no longer has no business with libvirt.
leave_hypervisor() {
  grep -q '^m ' $LIB/sysusers.d/axion.conf || gpasswd -d axion-workload-executor libvirt >/dev/null 2>&1 || :
}

# A secret under a wrong name would lie there, and its component would miss it.
check_secrets() {
  printf '%s' "$secrets" | while IFS='=' read -r key file; do
    cat "$UNITS"/axion-*.service | grep -qF "=$key:" || die "--secret $key=$file: no component takes a secret of that name"
  done
}

configure() {
  failed_step='the configuration'
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
  "$release/bin/axion" --config "$ETC/agent.toml" config check >"$work/config" 2>&1 || {
    sed 's/^/  /' "$work/config" >&2
    die "$ETC/agent.toml is not valid for this version"
  }
}

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
      mv "$file" "$work/$(basename "$file").before"
      later "mv '$work/$(basename "$file").before' '$file'"
    else
      later "rm -f '$file'"
    fi
  done
  umask 077
  if [ "$systemd" -ge 250 ] && have systemd-creds && systemd-creds encrypt --name="$1" "$work/secret" "$ETC/secrets/$1.cred" >/dev/null 2>&1; then
    say "  $1: encrypted with this host's key"
  else
    cp "$work/secret" "$ETC/secrets/$1"
    say "  $1: in the clear, readable for root alone (systemd $systemd cannot encrypt it)"
  fi
  umask 022
  rm -f "$work/secret"
}

store_secrets() {
  [ -z "$token_file$secrets" ] || step 'Storing secrets'
  if [ -n "$token_file" ]; then
    if [ "$token_file" = - ]; then
      (umask 077 && cat >"$work/token")
      token_file="$work/token"
    fi
    store_secret agent.token "$token_file"
  fi
  while IFS='=' read -r key file; do
    [ -z "$key" ] || store_secret "$key" "$file"
  done <<TEXT
$secrets
TEXT
}

switch() {
  failed_step='switching to the new release'
  before=$(readlink "$OPT/current" 2>/dev/null) || before=''
  ln -s "$release" "$OPT/.current.$$"
  mv -T "$OPT/.current.$$" "$OPT/current"
  if [ -n "$before" ]; then later "ln -sfn '$before' '$OPT/current'"; else later "rm -f '$OPT/current'"; fi
  if our_command || [ ! -e /usr/local/bin/axion ]; then
    our_command || later 'rm -f /usr/local/bin/axion'
    ln -sfn "$OPT/current/bin/axion" /usr/local/bin/axion
  else
    warn "/usr/local/bin/axion is somebody else's and stays; the agent's command is $OPT/current/bin/axion"
  fi
}

our_command() { [ "$(readlink /usr/local/bin/axion 2>/dev/null)" = "$OPT/current/bin/axion" ]; }

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
  later "systemctl stop axion-agent.target 'axion-*.service'; systemctl reset-failed 'axion-*' 2>/dev/null || :"
  systemctl enable -q axion-agent.target
  systemctl restart axion-agent.target
}

wait_healthy() {
  failed_step='waiting for the agent to be healthy'
  step "Waiting until the agent is healthy (at most $timeout s)"
  # Nor is what its operator has masked waited for.
  for unit in $(systemctl list-unit-files --no-legend --state=masked 'axion-*' | cut -d ' ' -f 1); do
    component=${unit#axion-}
    component=${component%.service}
    say "  $unit is masked and stays out"
    without="$without --exclude ${component%@*}"
  done
  # The words are names of components.
  # shellcheck disable=SC2086
  if ! "$OPT/current/bin/axion" --config "$ETC/agent.toml" status --wait "$timeout" $without >"$work/status" 2>&1; then
    cat "$work/status" >&2
    "$OPT/current/bin/axion" --config "$ETC/agent.toml" status >&2 || :
    systemctl --no-pager --failed list-units 'axion-*' >&2 || :
    journalctl --no-pager -q -n 20 -u 'axion-*' >&2 || :
    die "the agent is not healthy after $timeout s"
  fi
}

tidy() {
  rm -rf "$OPT"/releases/*.before.* "$OPT"/releases/.incoming.* "$OPT"/.current.*
}

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

install() {
  check_host
  [ -n "$bundle" ] || { usage >&2; exit 2; }
  [ -z "$config" ] || [ -f "$config" ] || die "$config cannot be read"
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

# ------------------------------------------------------------------ removing

remove_data() {
  if [ -n "$volumes" ] && [ -d "$volumes" ] && ! rmdir "$volumes" 2>/dev/null; then
    say "  kept: $volumes, with the disks of virtual machines"
    case $volumes in
      "$DATA"/*)
        inside=${volumes#"$DATA"/}
        find "$DATA" -mindepth 1 -maxdepth 1 ! -name "${inside%%/*}" -exec rm -rf {} +
        return ;;
    esac
  fi
  rm -rf "$DATA"
}

remove() {
  [ "$dry" = 1 ] || [ "$(id -u)" = 0 ] || die 'run this as root'
  [ "$dry" = 1 ] || alone
  DATA=$(data_folder)
  DATA=${DATA:-/var/lib/axion}
  volumes=$(volumes_folder)
  volumes=${volumes:-$DATA/volumes}
  if [ "$purge" = 1 ] && [ "$yes" = 0 ] && [ "$dry" = 0 ]; then
    say "--purge removes $DATA (stored revisions, events not sent yet), $ETC and the users. Deployed stacks keep running."
    printf 'Remove them for good? Type yes: '
    answer=''
    read -r answer || :
    [ "$answer" = yes ] || die 'nothing was removed: the answer was not yes (where nobody can answer, say --yes)'
  fi
  say 'What the agent deployed keeps running.'
  if [ "$dry" = 1 ]; then
    say "Would stop the agent and remove its units, $OPT/releases, $OPT/current and /usr/local/bin/axion."
    [ "$purge" = 0 ] || say "Would remove $DATA, $ETC, $OPT and the agent's users."
    exit 0
  fi
  step 'Stopping the agent'
  systemctl disable -q --now axion-agent.target 2>/dev/null || :
  systemctl stop 'axion-*.service' 2>/dev/null || :
  step 'Removing units and programs'
  if [ "$purge" = 0 ] && [ -d "$ETC" ] && [ -f $LIB/tmpfiles.d/axion.conf ]; then cp $LIB/tmpfiles.d/axion.conf "$FOLDERS"; fi
  remove_generated
  rm -f "$OWN"/multi-user.target.wants/axion-agent.target
  rm -rf "$OWN"/axion-agent.target.wants
  systemctl daemon-reload
  systemctl reset-failed 'axion-*' 2>/dev/null || :
  rm -rf "$OPT/releases" "$OPT/current" /run/axion
  ! our_command || rm -f /usr/local/bin/axion
  if [ "$purge" = 1 ]; then
    step 'Removing data, configuration and users'
    remove_data
    rm -rf "$ETC" "$OPT" /var/log/axion
    for folder in "$OWN" /etc/systemd/system.control; do rm -rf "$folder"/axion-*.service.d "$folder"/axion-agent.target.d; done
    # Masks.
    find "$OWN" -maxdepth 1 -name 'axion-*' -lname /dev/null -delete
    remove_users ''
    systemctl daemon-reload
    say 'The agent is removed.'
  else
    rmdir "$OPT/projects" "$OPT" 2>/dev/null || :
    say "The agent is removed. Kept: $ETC, $DATA and the users they belong to (--purge removes them, too)."
  fi
}

if [ "$uninstall" = 1 ]; then remove; else install; fi

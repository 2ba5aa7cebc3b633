# What this host is: nothing here changes it.

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

# What this environment says of the agent: its units do not see it, so it must not shape what is generated for them.
bare() { env -i PATH="$PATH" LC_ALL=C "$@"; }
check_environment() {
  for variable in $(env | sed -n 's/^\([A-Z_0-9]*\)=.*/\1/p'); do
    case $variable in
      AXION_AGENT__* | AXION_CONFIG | PERSYS_*) warn "$variable is set here and has no effect: the agent's units do not see it. Write what it says into $ETC/agent.toml" ;;
    esac
  done
}

# One at a time: the second would take back what the first does, and they work in the same folder.
alone() {
  have flock || die 'flock is needed: install util-linux'
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

#!/bin/sh
# Installs, updates and removes the Axion runner agent. Nothing is compiled or fetched here beyond the bundle itself.
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH
export LC_ALL=C

OPT=/opt/axion
WORKPLACE=$OPT/.install
ETC=/etc/axion
DATA=/var/lib/axion
# Where the generated files are: /etc is the operator's, for drop-ins, links and masks.
LIB=/usr/local/lib
UNITS=$LIB/systemd/system
OWN=/etc/systemd/system
# What is kept of a node that was removed without its data: where its folders are, and what its units were called.
FOLDERS=$ETC/folders.conf
# Groups that were made here because the programs whose they are were not there yet.
MADE=$ETC/groups.made
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

# What was asked for.

bundle='' public_key='' token_file='' config='' timeout=120
secrets='' start=1 dry=0 uninstall=0 purge=0 yes=0

# An empty one is refused, too: where a variable was meant that nobody set, it would say "unchecked" or "without a token".
need() { # OPTION [VALUE]
  [ -n "${2:-}" ] || { printf 'install.sh: %s takes a value, and there is none\n' "$1" >&2; exit 2; }
}
while [ $# -gt 0 ]; do
  case $1 in
    --bundle) need "$@"; bundle=$2; shift 2 ;;
    --public-key) need "$@"; public_key=$2; shift 2 ;;
    --token-file) need "$@"; token_file=$2; shift 2 ;;
    --secret) need "$@"; secrets="$secrets$2
"; shift 2 ;;
    --config) need "$@"; config=$2; shift 2 ;;
    --timeout) need "$@"; timeout=$2; shift 2 ;;
    --no-start) start=0; shift ;;
    --dry-run) dry=1; shift ;;
    --uninstall) uninstall=1; shift ;;
    --purge) purge=1; shift ;;
    --yes) yes=1; shift ;;
    -h | --help) usage; exit 0 ;;
    *) printf 'install.sh: unknown option %s\n\n' "$1" >&2; usage >&2; exit 2 ;;
  esac
done
[ "$uninstall$purge" != 01 ] || die '--purge goes with --uninstall'
[ "$uninstall" = 0 ] || [ -z "$bundle" ] || die 'either --bundle or --uninstall, please: nothing was done'
# Programs that get a name would take it for an option.
case $bundle in -*) bundle=./$bundle ;; esac
case $config in -*) config=./$config ;; esac
case $timeout in '' | *[!0-9]*) die "--timeout $timeout: whole seconds, please" ;; esac

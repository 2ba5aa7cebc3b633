# What was asked for.

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
[ "$uninstall$purge" != 01 ] || die '--purge goes with --uninstall'
[ "$uninstall" = 0 ] || [ -z "$bundle" ] || die 'either --bundle or --uninstall, please: nothing was done'
case $timeout in '' | *[!0-9]*) die "--timeout $timeout: whole seconds, please" ;; esac

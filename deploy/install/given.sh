# What was handed over, looked at before anything is done with it.

# A pipe will do, too.
readable_file() { [ -r "$1" ] && [ ! -d "$1" ]; }

check_given() {
  if [ -n "$config" ]; then { [ -f "$config" ] && [ -r "$config" ]; } || die "--config $config cannot be read"; fi
  read_key
  check_secret_files
  read_token
}

# The key itself: in a file of minisign, the line below its comment.
read_key() {
  key=''
  if [ -z "$public_key" ] && [ -n "${AXION_PUBLIC_KEY+set}" ]; then
    public_key=$AXION_PUBLIC_KEY
    [ -n "$public_key" ] || die 'AXION_PUBLIC_KEY is set and empty: give it a key, or unset it to install without checking who made the bundle'
  fi
  [ -n "$public_key" ] || return 0
  if [ ! -e "$public_key" ]; then
    is_key "$public_key" || die "--public-key $public_key: there is no such file, nor is it a key of minisign, which has 56 characters and begins with RW"
    key=$public_key
  else
    readable_file "$public_key" || die "--public-key $public_key cannot be read"
    key=$(awk '{ sub(/[ \t\r]+$/, "") } $0 != "" && !/^untrusted comment:/ { print; exit }' <"$public_key")
    is_key "$key" || die "--public-key $public_key: there is no public key of minisign in this file, which has 56 characters and begins with RW"
  fi
}

is_key() {
  case $1 in
    *[!A-Za-z0-9+/]*) return 1 ;;
    RW*) [ ${#1} = 56 ] ;;
    *) return 1 ;;
  esac
}

# Also under what name a secret would be stored.
check_secret_files() {
  printf '%s' "$secrets" | while IFS= read -r given; do
    name=${given%%=*}
    file=${given#*=}
    case $given in *=*) ;; *) die "--secret $given: it takes KEY=FILE, e.g. kafka.sasl_password=FILE" ;; esac
    case $name in
      agent.token) die "--secret $given: the token is given with --token-file" ;;
      '' | .* | *[!a-z0-9_.]*) die "--secret $given: a key is made of lower-case letters, digits, _ and ., e.g. kafka.sasl_password" ;;
    esac
    readable_file "$file" || die "--secret $given: ${file:-the file, which has no name,} cannot be read"
    [ ! -f "$file" ] || [ -s "$file" ] || die "--secret $given: $file is empty"
  done
}

# Into a variable of this shell alone, which neither ps nor another program sees. It becomes a header of requests: what cannot stand
# in one is refused here, and never shown.
read_token() {
  token=''
  case $token_file in
    '') return 0 ;;
    # A shell drops zeros without a word.
    -) token=$(tr '\000' '\001') ;;
    *)
      readable_file "$token_file" || die "--token-file $token_file cannot be read"
      token=$(tr '\000' '\001' <"$token_file")
      ;;
  esac
  [ -n "$token" ] || die "--token-file $token_file: the token is empty"
  [ "$(printf '%s' "$token" | tr -d '!-~' | wc -c)" -eq 0 ] ||
    die "--token-file $token_file: a token is one line of visible ASCII characters, without blanks, and this is not. Nothing was changed"
}

# Fetching the bundle and checking it, before anything of it is unpacked.

fetch() { # URL|FILE TARGET
  case $1 in
    http://*@*) die "$1: no user name, please: what stands before the @ would hide which host is asked" ;;
    https://* | http://localhost[:/]* | http://127.0.0.1[:/]*)
      if have curl; then curl -fsSL --proto-redir =https --retry 3 -o "$2" "$1"
      elif have wget && wget --max-redirect=0 --version >/dev/null 2>&1; then
        # Its --https-only is for links in pages: a redirect to plain HTTP it follows all the same.
        wget -q --max-redirect=0 -O "$2" "$1" || { warn "wget follows no redirect here, as one may lead to plain HTTP: should $1 have one, install curl, or name where it leads"; return 1; }
      else die 'curl is needed to fetch a URL, or the wget of GNU: the one of BusyBox would follow a redirect to plain HTTP'; fi ;;
    http://*) die "$1: over plain HTTP anybody could change the bundle; use https" ;;
    *) [ -f "$1" ] || return 1; cp "$1" "$2" ;;
  esac
}

# OpenSSL 1.1.1 checks an Ed25519 signature of nothing but certificates; one in FIPS mode has no BLAKE2b. Neither must look like a wrong signature.
can_verify() {
  have minisign && return 0
  have openssl && openssl pkeyutl -help 2>&1 | grep -q -e -rawin && printf '' | openssl dgst -blake2b512 >/dev/null 2>&1
}

verify_signature() { # FILE SIGNATURE KEY
  if have minisign; then
    minisign -V -q -m "$1" -x "$2" -P "$3" && return 0
    return 1
  fi
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
  [ -z "$key" ] || can_verify || die 'minisign, or OpenSSL 3 with BLAKE2b, is needed to check the signature: install minisign (apt-get install minisign). Nothing was checked or changed'
  step "Checking $name"
  check_room
  fetch "$bundle" "$work/$name" || die "$bundle cannot be read"
  fetch "${base}SHA256SUMS" "$work/SHA256SUMS" || die "there is no SHA256SUMS beside $bundle; a bundle is never installed unchecked"
  if [ -n "$key" ]; then
    fetch "${base}SHA256SUMS.minisig" "$work/SHA256SUMS.minisig" || die "there is no SHA256SUMS.minisig beside $bundle, but a key to check it with was given"
    verify_signature "$work/SHA256SUMS" "$work/SHA256SUMS.minisig" "$key" || die 'the signature of SHA256SUMS is wrong: it was made with another key, or the file was changed'
    say '  signature: good'
  else
    warn 'no --public-key: the checksum tells damage, not who made the bundle'
  fi
  sum=$(awk -v name="$name" '$2 == name || $2 == "*" name { print $1 }' "$work/SHA256SUMS")
  [ -n "$sum" ] || die "SHA256SUMS does not list $name"
  [ "$(sha256sum <"$work/$name" | cut -d ' ' -f 1)" = "$sum" ] || die "$name is damaged: its SHA-256 is not the one of SHA256SUMS"
  say '  checksum: good'
}

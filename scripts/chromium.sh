#!/usr/bin/env bash
# Prints the path of a Chromium: CHROMIUM_PATH, else the system's, else (as root on Debian) a freshly installed one.
set -euo pipefail

find_chromium() {
  local name
  for name in "${CHROMIUM_PATH:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [[ -n "$name" ]] && command -v "$name"; then
      return 0
    fi
  done
  return 1
}

if [[ -n "${CHROMIUM_PATH:-}" ]] && ! command -v "$CHROMIUM_PATH" >/dev/null; then
  echo "CHROMIUM_PATH=$CHROMIUM_PATH cannot be run." >&2
  exit 1
fi
find_chromium && exit 0

if [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null; then
  echo "Installing Chromium from the system's packages" >&2
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -q && apt-get install -y -q --no-install-recommends chromium; } >&2
  find_chromium && exit 0
fi

echo "The browser tests need Chromium: install it (Debian: sudo apt-get install chromium) or set CHROMIUM_PATH." >&2
exit 1

#!/bin/sh
# Creates .venv with the newest Python that will do, and says clearly what is missing otherwise.
set -eu

fits() { "$1" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 14)))' 2>/dev/null; }

python=""
for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    found=$(python3 --version 2>/dev/null || echo "no python3 at all")
    echo "Fangpin needs Python 3.11 to 3.14; this machine has: $found." >&2
    echo "需要 Python 3.11 至 3.14；本机为：$found。" >&2
    echo "Debian/Ubuntu: apt-get install python3 python3-venv   macOS: brew install python" >&2
    echo "Another one can be named: make demo PYTHON=/path/to/python3.12" >&2
    exit 1
fi

if [ -x .venv/bin/python ] && fits .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; then
    exit 0
fi
if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing $package ..."
        apt-get -o DPkg::Lock::Timeout=300 -qq update || true
        DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq install -y "$package" >/dev/null
    else
        echo "This Python has no venv module. Install it first: sudo apt-get install $package" >&2
        echo "本机 Python 缺少 venv 模块，请先安装：sudo apt-get install $package" >&2
        exit 1
    fi
fi
echo "Creating .venv with $("$python" --version) ..."
rm -rf .venv
"$python" -m venv .venv

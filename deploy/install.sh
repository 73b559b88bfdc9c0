#!/bin/sh
# Installs or upgrades Fangpin from this bundle, without network:
#   sh install.sh [--into /opt/fangpin] [--no-service]
# Each version gets a folder of its own; INTO/current points at the one in use and is switched last,
# so a broken installation changes nothing. Data is never touched: it lies in FANGPIN_DATA_DIR and
# the database. To go back: ln -sfn releases/OLD INTO/current (only when no migration was made).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
into=/opt/fangpin
service=yes
while [ $# -gt 0 ]; do
    case "$1" in
        --into) into=$2; shift 2 ;;
        --no-service) service=no; shift ;;
        *) echo "usage: sh install.sh [--into FOLDER] [--no-service]" >&2; exit 2 ;;
    esac
done

cd "$here"
if ! sha256sum --quiet -c SHA256SUMS >/dev/null 2>&1; then
    echo "The bundle is damaged: files differ from SHA256SUMS. Copy it once more." >&2
    echo "安装包已损坏，文件与 SHA256SUMS 不符，请重新复制。" >&2
    exit 1
fi
wanted=$(cat python)
version=$(cat version)
python=""
for candidate in "${PYTHON:-}" "python$wanted" python3; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
        [ "$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" = "$wanted" ]; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "This bundle needs Python $wanted (Debian 12 has 3.11). Name one: PYTHON=/path sh install.sh" >&2
    echo "本安装包需要 Python $wanted，可用 PYTHON=/path sh install.sh 指定。" >&2
    exit 1
fi

# The same version may be installed again: the hash of its files tells bundles apart.
release="$version-$(sha256sum SHA256SUMS | cut -c1-8)"
target="$into/releases/$release"
mkdir -p "$into/releases"
if [ ! -e "$target/complete" ]; then
    rm -rf "$target"
    echo "Installing $release ..."
    # A virtual environment cannot be moved, so it is made in its place and marked when complete.
    "$python" -m venv --without-pip "$target"
    pip=$(ls wheels/pip-*.whl)
    PYTHONPATH="$here/$pip" PIP_CONFIG_FILE=/dev/null "$target/bin/python" -m pip install --quiet \
        --disable-pip-version-check --no-cache-dir --no-index --find-links wheels \
        --require-hashes -r requirements-base.txt -r requirements-print.txt
    PYTHONPATH="$here/$pip" PIP_CONFIG_FILE=/dev/null "$target/bin/python" -m pip install --quiet \
        --disable-pip-version-check --no-cache-dir --no-index --no-deps wheels/fangpin-*.whl
    mkdir -p "$target/share"
    cp -r fonts "$target/share/fonts"
    cp -r deploy deploy.md LICENSE NOTICE "$target/share/"
    "$target/bin/fangpin" --version
    touch "$target/complete"
fi

before=$(readlink "$into/current" 2>/dev/null || true)
ln -sfn "releases/$release" "$into/current.new"
mv -T "$into/current.new" "$into/current"

if [ "$service" = yes ] && [ "$(id -u)" = 0 ] && command -v systemctl >/dev/null 2>&1; then
    id fangpin >/dev/null 2>&1 || useradd --system --home-dir /var/lib/fangpin --shell /usr/sbin/nologin fangpin
    install -d -o fangpin -g fangpin -m 0700 /var/lib/fangpin
    install -d -o root -g fangpin -m 0750 /etc/fangpin
    [ -e /etc/fangpin/fangpin.env ] || install -o root -g fangpin -m 0640 deploy/fangpin.env /etc/fangpin/
    for unit in deploy/systemd/*; do
        sed "s#/opt/fangpin#$into#g" "$unit" >"/etc/systemd/system/$(basename "$unit")"
    done
    systemctl daemon-reload || true
fi

if [ -n "$before" ] && [ "$before" != "releases/$release" ]; then
    echo "Upgraded from $before to $release. Now: systemctl restart fangpin-web fangpin-worker; fangpin check"
    echo "已从 $before 升级到 $release。请执行 systemctl restart fangpin-web fangpin-worker 和 fangpin check"
else
    echo "Installed $release in $into. Next: $into/current/share/deploy.md"
    echo "已安装 $release 到 $into。下一步见 $into/current/share/deploy.md"
fi

#!/bin/sh
# The browser for tests: Debian's or Ubuntu's chromium when root; otherwise says what to install.
set -eu
for found in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$found" >/dev/null 2>&1; then
        exit 0
    fi
done
if [ -n "${FANGPIN_TEST_BROWSER:-}" ] || [ -d "/Applications/Google Chrome.app" ] || [ -d "/Applications/Chromium.app" ]; then
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The browser tests need Chrome or Chromium. macOS: brew install --cask google-chrome" >&2
    echo "浏览器测试需要 Chrome 或 Chromium。macOS:brew install --cask google-chrome" >&2
    exit 1
fi
if [ "$(id -u)" != 0 ]; then
    echo "The browser tests need chromium. Install it once: sudo apt-get install chromium fonts-noto-cjk" >&2
    echo "浏览器测试需要 chromium，请安装一次：sudo apt-get install chromium fonts-noto-cjk" >&2
    exit 1
fi
echo "Installing chromium for the browser tests ..."
# Another apt may hold the lock (a fresh cloud machine updates itself): wait up to five minutes.
apt-get -o DPkg::Lock::Timeout=300 -qq update || true
if ! DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends chromium fonts-noto-cjk >.make/browser.log 2>&1; then
    tail -n 15 .make/browser.log >&2
    echo "chromium could not be installed (see above); install it by hand and run make again." >&2
    echo "chromium 安装失败（见上），请手动安装后重试。" >&2
    exit 1
fi

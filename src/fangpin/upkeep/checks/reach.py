"""Settings: who reaches the pages, and how safely."""

from django.conf import settings

from fangpin.upkeep.checks.finding import Finding, fine, warn, wrong

LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})


def look() -> list[Finding]:
    """Demonstration, hosts, HTTPS, debugging."""
    return [_demo(), _hosts(), _https(), _second_factor(), _debug()]


def _demo() -> Finding:
    if not settings.DEMO:
        return fine("demonstration", "不是演示模式", "not a demonstration")
    return wrong(
        "demonstration",
        "处于演示模式",
        "this is a demonstration",
        "去掉 FANGPIN_DEMO，改用 fangpin serve",
        "unset FANGPIN_DEMO and use fangpin serve",
    )


def _hosts() -> Finding:
    hosts = list(settings.ALLOWED_HOSTS)
    if any(host == "*" or host.startswith(".") for host in hosts):
        return wrong(
            "hosts",
            f"接受任意域名（{', '.join(hosts)}）",
            f"any host name is accepted ({', '.join(hosts)})",
            "在 FANGPIN_HOSTS 中逐一写明域名",
            "name the hosts one by one in FANGPIN_HOSTS",
        )
    if set(hosts) <= LOCAL:
        return warn(
            "hosts",
            "只对本机开放",
            "served to this machine only",
            "正式使用时在 FANGPIN_HOSTS 中写明域名",
            "for real use name the hosts in FANGPIN_HOSTS",
        )
    return fine("hosts", ", ".join(hosts), ", ".join(hosts))


def _https() -> Finding:
    if settings.HTTPS:
        return fine("https", "会话只经 HTTPS", "sessions travel over HTTPS only")
    local = set(settings.ALLOWED_HOSTS) <= LOCAL
    return (warn if local else wrong)(
        "https",
        "没有启用 HTTPS，密码和个人信息会以明文传输",
        "HTTPS is off: passwords and personal data travel in clear",
        "在前面设置 TLS 代理（见 docs/deploy.md），并设 FANGPIN_HTTPS=1",
        "put a TLS proxy in front (docs/deploy.md) and set FANGPIN_HTTPS=1",
    )


def _second_factor() -> Finding:
    if settings.SECOND_FACTOR:
        return fine("second factor", "登录须双因素验证", "signing in takes a second factor")
    return (warn if settings.DEMO else wrong)(
        "second factor",
        "登录只需密码",
        "a password alone is enough to sign in",
        "去掉 FANGPIN_SECOND_FACTOR=0",
        "unset FANGPIN_SECOND_FACTOR",
    )


def _debug() -> Finding:
    if settings.DEBUG:
        return wrong(
            "debug",
            "调试模式开启，错误页面会泄露数据",
            "debugging is on: error pages give data away",
            "关闭 DEBUG",
            "switch DEBUG off",
        )
    return fine("debug", "调试模式关闭", "debugging is off")

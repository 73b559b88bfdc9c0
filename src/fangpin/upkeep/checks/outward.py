"""Messages that leave the system: ways that are entered and cannot be used, or fail."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from fangpin.people.messages.outward.hosts import hosts
from fangpin.people.models import Channel, Gateway, Sending
from fangpin.upkeep.checks.finding import Finding, fine, warn, wrong

_DAY = timedelta(days=1)
_HTTPS = 443


def look() -> list[Finding]:
    """All of it; reads only. Names machines, never addresses of people or units."""
    machines = _machines()
    if not machines and not settings.MESSAGE_HOSTS:
        return [fine("messages outward", "不外发消息", "no messages leave")]
    return [_allowed(machines), _link(), _sent()]


def _machines() -> set[tuple[str, int]]:
    """Host and port of every gateway and robot that is to be used."""
    found = set()
    for gateway in Gateway.objects.all():
        content = gateway.content
        if "url" in content:
            found.add(_of_address(content["url"]))
        else:
            found.add((content["host"], int(content["port"])))
    robots = Channel.objects.filter(unit__isnull=False, stopped_at=None)
    return found | {_of_address(robot.address["address"]) for robot in robots}


def _of_address(address: str) -> tuple[str, int]:
    parts = urlsplit(address)
    return parts.hostname or "", parts.port or (_HTTPS if parts.scheme == "https" else 80)


def _allowed(machines: set[tuple[str, int]]) -> Finding:
    known = hosts()
    refused = sorted(f"{host}:{port}" for host, port in machines if not known.allows(host, port))
    if refused:
        return wrong(
            "messages outward",
            f"已设置外发，但这些主机不在允许名单中：{', '.join(refused)}",
            f"ways out are entered whose machines are not allowed: {', '.join(refused)}",
            "核实后加入 FANGPIN_MESSAGE_HOSTS，或由系统管理员在“消息外发”中停用",
            "add them to FANGPIN_MESSAGE_HOSTS, or let the system administrator close these ways",
        )
    if not machines:
        return warn(
            "messages outward",
            "允许了外发主机，但系统管理员还没有设置网关或群机器人",
            "machines are allowed, but no gateway or robot is entered",
            "在“消息外发”页面设置；不用时去掉 FANGPIN_MESSAGE_HOSTS",
            "enter one on the page “Messages outward”, or unset FANGPIN_MESSAGE_HOSTS",
        )
    inner = ", ".join(sorted(known.private))
    return fine(
        "messages outward",
        f"{len(machines)} 台主机" + (f"，其中内网：{inner}" if inner else ""),
        f"{len(machines)} machines" + (f", inner ones: {inner}" if inner else ""),
    )


def _link() -> Finding:
    if not settings.STAFF_URL:
        return warn(
            "link in messages",
            "外发消息中没有登录地址",
            "messages say no address to sign in at",
            "在 FANGPIN_STAFF_URL 中填写工作人员打开本系统的地址",
            "set FANGPIN_STAFF_URL to where staff open the pages",
        )
    return fine("link in messages", settings.STAFF_URL, settings.STAFF_URL)


def _sent() -> Finding:
    since = timezone.now() - _DAY
    failed = Sending.objects.filter(ended_at__gte=since, state__in=["failed", "unsure"]).count()
    stopped = Channel.objects.filter(stopped_at__isnull=False).count()
    if failed or stopped:
        return warn(
            "messages not sent",
            f"最近一天 {failed} 条未送达，{stopped} 个地址已停用",
            f"{failed} were not delivered since yesterday; {stopped} addresses are stopped",
            "由系统管理员在“消息外发”页面查看原因",
            "the system administrator sees why on the page “Messages outward”",
        )
    return fine("messages not sent", "没有", "none")

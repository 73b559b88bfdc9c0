"""How deliveries and states of findings are told on the command line."""

import click

from fangpin.feeds.delivery import Delivery, Verdict

STATES = {"new": "新增", "continuing": "持续", "cleared": "已清除", "unknown": "待核实"}
_MARKS = {
    Verdict.accepted: "✓",
    Verdict.accepted_with_gaps: "◐",
    Verdict.quarantined: "✗",
    Verdict.refused: "✗",
    Verdict.not_recognised: "?",
}
_VERDICTS = {
    Verdict.accepted: "已采用",
    Verdict.accepted_with_gaps: "有缺口",
    Verdict.quarantined: "已隔离",
    Verdict.refused: "已退回",
    Verdict.not_recognised: "未识别",
}


def print_deliveries(deliveries: list[Delivery]) -> None:
    """One line per delivery with the fate of its rows."""
    click.echo("\n报送文件 / deliveries  (读取 = 采用 + 更正 + 退回)")
    for each in deliveries:
        rows = each.rows
        label = each.label.zh if each.label else "—"
        period = f"{each.period:%Y-%m}" if each.period else ""
        click.echo(
            f" {_MARKS[each.verdict]} {_VERDICTS[each.verdict]} {each.file}  [{label} {period}] "
            f"{rows.read:,} = {rows.accepted:,} + {rows.corrected:,} + {rows.rejected:,}"
        )
        for reason in each.reasons:
            click.echo(f"     {reason.zh}")

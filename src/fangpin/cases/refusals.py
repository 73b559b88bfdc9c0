"""Why a move is refused, in words, with what to do instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from fangpin.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Refusal:
    """A move that is not made: a short name for programs, what is wrong, what to do."""

    code: str
    what: Text
    remedy: Text


CLOSED: Final = Refusal(
    "closed",
    Text("个案已办结，不能再办理", "the case is closed; nothing more happens to it"),
    Text("如有新情况，请另立个案", "open another case if something has changed"),
)
NOT_WAITING: Final = Refusal(
    "not_waiting",
    Text("个案现在不在这一环节", "the case does not wait at this step"),
    Text("刷新页面，办理当前环节", "reload and take the step that waits"),
)
NO_SUCH_OUTCOME: Final = Refusal(
    "no_such_outcome",
    Text("这一环节没有这样的结果", "this step does not end that way"),
    Text("从列出的结果中选择", "choose one of the outcomes listed"),
)
NO_REASON: Final = Refusal(
    "no_reason",
    Text("请写明理由", "a reason is needed"),
    Text("用一句话说明依据和理由", "say in a sentence why"),
)
NO_VOTES: Final = Refusal(
    "no_votes",
    Text("请填写评议的应到、实到人数和票数", "the figures of the vote are missing"),
    Text(
        "填写应到、实到、同意、不同意、弃权人数", "enter entitled, present, for, against, abstained"
    ),
)
COUNT_AGAIN: Final = Text("核对票数后重新填写", "count again and correct the figures")
NOTICE_HANGS: Final = Refusal(
    "notice_hangs",
    Text("公示尚未期满", "the notice has not hung for its whole period"),
    Text("公示期满后再办理", "go on when the period is over"),
)
NO_NOTICE: Final = Refusal(
    "no_notice",
    Text("这一环节现在没有相应的公示", "there is no such notice at this step now"),
    Text("刷新页面，核对公示状态", "reload and look at the state of the notice"),
)
OBJECTIONS: Final = Refusal(
    "objections",
    Text("还有异议没有处理", "objections have not been settled"),
    Text("先处理异议并答复", "settle and answer them first"),
)
NO_OBJECTION: Final = Refusal(
    "no_objection",
    Text("没有待处理的异议", "there is no objection to settle"),
    Text("刷新页面", "reload the page"),
)
FOUR_EYES: Final = Refusal(
    "four_eyes",
    Text(
        "您已经办过这一个案的其他环节，不能由同一人审定",
        "you have acted on this case before; somebody else must do this",
    ),
    Text("请由另一位工作人员办理", "ask a colleague who has not acted on it"),
)
NOBODY: Final = Refusal(
    "nobody",
    Text("这一环节须由人办理，不能自动完成", "a person must do this; it does not happen by itself"),
    Text("由有权限的工作人员办理", "let somebody with the right do it"),
)
TOO_LATE: Final = Refusal(
    "too_late",
    Text("已经作出决定，不能撤回", "the decision has been taken; it is too late to withdraw"),
    Text(
        "如情况变化，请办理退出或更正",
        "use the procedure for leaving or correcting if things changed",
    ),
)


def not_the_post(step: Text) -> Refusal:
    """None of the actor's posts there takes this step."""
    return Refusal(
        "not_the_post",
        Text(f"您的岗位不办理“{step.zh}”", f'none of your posts takes the step "{step.en}"'),
        Text("由负责该环节的岗位办理", "leave it to the post that is responsible"),
    )


def barred(why: Text) -> Refusal:
    """The actor must stay away from this household."""
    return Refusal(
        "barred",
        Text(f"须回避：{why.zh}", f"you must stay away from this case: {why.en}"),
        Text("请由其他工作人员办理", "ask a colleague"),
    )


def owed(labels: Sequence[Text]) -> Refusal:
    """Steps of the green channel are missing."""
    return Refusal(
        "owed",
        Text(
            f"绿色通道尚有补办环节：{'、'.join(each.zh for each in labels)}",
            f"steps left for later are still to be done: {', '.join(each.en for each in labels)}",
        ),
        Text("补办后再作决定", "do them before deciding"),
    )


def no_quorum(present: int, entitled: int, quorum: Fraction) -> Refusal:
    """Too few were there for the vote to count."""
    share = f"{quorum.numerator}/{quorum.denominator}"
    return Refusal(
        "no_quorum",
        Text(
            f"应到 {entitled} 人，实到 {present} 人，不足 {share}，评议无效",
            f"{present} of {entitled} were present, less than {share}; the vote does not count",
        ),
        Text("重新召开评议会", "hold the meeting again"),
    )


def carried(favour: int, present: int, agreed: bool) -> Refusal:
    """The outcome that was chosen is not the one that was voted for."""
    if agreed:
        what = Text(
            f"实到 {present} 人，同意 {favour} 票，已通过，不能按未通过办理",
            f"{favour} of {present} agreed: the vote was carried and cannot be entered as lost",
        )
    else:
        what = Text(
            f"实到 {present} 人，同意 {favour} 票，未达到规定比例，不能按通过办理",
            f"{favour} of {present} agreed: the vote was lost and cannot be entered as carried",
        )
    return Refusal("not_as_voted", what, Text("按票数选择结果", "choose the outcome of the vote"))

"""The files of the invented county by the lake, as its offices send them."""

import csv
from pathlib import Path

from fangpin.kernel.identity import check_digit

PACK = Path(__file__).parents[1] / "engine/packs/lake-2030"
SURNAMES = "赵钱孙李周吴郑王冯陈"


def number_of(person: int) -> str:
    """An identity number of nobody: area 990101 is not assigned."""
    body = f"99010119800101{person:03d}"
    return body + check_digit(body)


def write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def write_folder(folder: Path) -> Path:
    """Twenty households of two persons in two villages; households 0 and 1 catch too little."""
    folder.mkdir()
    places = [("湖心镇", "东岸村", "990101001200"), ("湖心镇", "西岸村", "990101001201")]
    households, people, catches, boats = [], [], [], []
    for household in range(20):
        township, village, code = places[household % 2]
        for member in range(2):
            person = household * 2 + member
            name = SURNAMES[household % 10] + "湖" + "甲乙"[member]
            people.append(
                [f"H{household}", f"P{person}", township, village, name, number_of(person)]
            )
            worth = "30" if household < 2 else "120.5"
            catches.append([name, number_of(person), worth, "2030年6月9日", f"S{person}", "鲤鱼"])
        head = people[-2]
        households.append([f"H{household}", township, village, code, head[4], head[5]])
        boats.append([head[4], head[5], "沉损" if household == 1 else "在用", "2030-06-01"])
    write(
        folder / "甲.csv",
        ["渔户号", "所属镇", "所属村", "村代码", "船老大", "船老大证件号"],
        households,
    )
    write(folder / "乙.csv", ["渔户号", "渔民号", "所属镇", "所属村", "渔民", "证件号"], people)
    write(folder / "丙.csv", ["姓名", "证件号", "金额", "日期", "单号", "鱼种"], catches)
    write(folder / "丁.csv", ["姓名", "证件号", "状态", "检查日期"], boats)
    return folder

"""Invented changes of village names, so that old names in files mean something."""

RENAMED: dict[str, tuple[str, ...]] = {
    "五柳村": ("下五柳村",),
    "均安村": ("上均安村",),
    "永丰村": ("旧永丰村", "小坪村"),
    "三合村": ("三合沟村",),
    "川口村": ("川口坪村",),
    "红岘村": ("大红岘村",),
}
"""name → names it had before"""
MERGED: dict[str, tuple[str, str]] = {
    "双勤村": ("双合村", "民勤村"),
    "聂白村": ("聂家窑村", "白崖子村"),
}
"""new name → villages that the register still keeps apart (one township each)"""

"""What a screen shows of a person before anyone has stated a purpose."""

import re

STAR = "*"

COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "子车",
        "亓官",
        "司寇",
        "巫马",
        "公西",
        "颛孙",
        "壤驷",
        "公良",
        "漆雕",
        "乐正",
        "宰父",
        "谷梁",
        "拓跋",
        "夹谷",
        "轩辕",
        "令狐",
        "段干",
        "百里",
        "呼延",
        "东郭",
        "南门",
        "羊舌",
        "微生",
        "公户",
        "公玉",
        "公仪",
        "梁丘",
        "公仲",
        "公上",
        "公门",
        "公山",
        "公坚",
        "左丘",
        "公伯",
        "西门",
        "公祖",
        "第五",
        "公乘",
        "贯丘",
        "公皙",
        "南荣",
        "东里",
        "东宫",
        "仲长",
        "子书",
        "子桑",
        "即墨",
        "达奚",
        "褚师",
    ]
)
"""Surnames of two characters."""

_HAN = r"[\u3400-\u9fff]"
_DIVISIONS = re.compile(
    rf"(?:{_HAN}{{2,8}}?(?:特别行政区|自治区|省))?"
    rf"(?:{_HAN}{{2,10}}?(?:自治州|地区|盟|市))?"
    rf"(?:{_HAN}{{1,10}}?(?:自治县|新区|(?<![小社园校厂矿营片])区|县|旗))?"
    rf"(?:{_HAN}{{1,8}}?(?:街道(?!办)|镇|乡))?"
)


def name(full: str) -> str:
    """Surname and a star for each further character; nothing when there is only one character.

    王芳 → 王*, 欧阳娜娜 → 欧阳**, 阿卜杜拉·买买提 → 阿*******; never more than the surname.
    """
    full = full.strip()
    if len(full) <= 1:
        return STAR * len(full)
    shown = 2 if len(full) > 2 and full[:2] in COMPOUND_SURNAMES else 1
    return full[:shown] + STAR * (len(full) - shown)


def resident_id(number: str) -> str:
    """4419**********123X; anything that is not eighteen characters long is stars only."""
    if len(number) != 18:
        return STAR * len(number)
    return number[:4] + STAR * 10 + number[14:]


def phone(number: str) -> str:
    """138****0000; anything that is not eleven characters long is stars only."""
    if len(number) != 11:
        return STAR * len(number)
    return number[:3] + STAR * 4 + number[7:]


def address(full: str) -> str:
    """The divisions down to the township, then four stars whatever follows; no digit is ever shown."""
    match = _DIVISIONS.match(full.strip())
    return (match.group() if match else "") + STAR * 4

"""A file's fault said in Chinese: the readers name what is wrong in English, the command says both."""

import re

_SAID: tuple[tuple[str, str], ...] = (
    (r"(.+) is below (.+)", "{0} 小于 {1}"),
    (r"(.+) is of the wrong kind", "{0} 的类型不对"),
    (r"(.+) is not a whole number from (.+) to (.+)", "{0} 不是 {1} 到 {2} 的整数"),
    (r"(.+) is not a finite number", "{0} 不是有限的数"),
    (r"(.+) is not a number", "{0} 不是数"),
    (r"(.+) is more than (.+)", "{0} 超过 {1}"),
    (r"is missing|the (?:keyword|section) is missing", "缺少这一项"),
    (r"(.+) is missing", "缺少 {0}"),
    (r"(?:the keyword )?occurs twice|'(.+)' occurs twice", "出现了两次"),
    (r"(.+) (?:rows|values) are needed, (.+) found", "要 {0} 个，有 {1} 个"),
    (r"(.+) values are needed", "要 {0} 个值"),
    (r"row (.+) with (.+) values is needed", "这里要第 {0} 行，{1} 个值"),
    (r"(?:(?:patient|node|customer) (.+) )?closes before it opens", "时段的结束早于开始"),
    (r"ends before it begins", "结束早于开始"),
    (r"(.+) is above the capacity (.+)", "{0} 超过容量 {1}"),
    (r"unknown (?:skill|service) (.+)", "没有 {0} 这种技能或服务"),
    (r"unknown caregiver (.+)", "没有护士 {0}"),
    (r"unknown visit (.+)", "没有上门 {0}"),
    (r"no caregiver can do (.+)", "没有人会 {0}"),
    (r"patient (.+) needs service (.+), which no vehicle can do", "{0} 号要的服务 {1} 没有人会"),
    (r"(?:patient (.+) needs )?(\d+) services; one or two are possible", "要 {1} 项服务；只能是一项或两项"),
    (r"patient (.+) has (.+) services, DS says otherwise", "{0} 号有 {1} 项服务，与 DS 不符"),
    (r"patient (.+): duration differs by vehicle", "{0} 号的时长因人而异，不支持"),
    (r"patient (.+): below mind", "{0} 号的最大间隔小于最小间隔"),
    (r"the least gap is above the greatest", "最小间隔大于最大间隔"),
    (r"needs two visits and 0 <= gap_min <= gap_max", "要两次不同的上门，且最小间隔不大于最大间隔"),
    (r"stands in more than one link", "连了不止一次"),
    (r"names unknown (?:visits|carers) (.+)", "有不存在的 {0}"),
    (r"names an unknown visit or carer", "上门或护士不存在"),
    (r"is negative", "不能是负数"),
    (r"(.+) is not a (?:window|shift)", "{0} 不是时段"),
    (r"(.+) ticks do not fit (.+)", "休息 {0} 放不进 {1}"),
    (r"one office is needed, (.+) found", "要一个机构，有 {0} 个"),
    (r"no depot is given", "没有出发点"),
    (r"(.+) is no depot", "{0} 不是出发点"),
    (r"nobody is there", "一个人也没有"),
    (r"(?:an object|a list of .+|\[visit, start\]|two numbers|exactly one value|a whole number of ticks|a name|the name of a skill|number and capacity|from, until and length|'citygen-1'|'lonlat'.*?|the heads .+) (?:is|are) needed.*", "内容不是这里要的：{all}"),
    (r"expected (.+), found (.+)", "这里要 {0}，却是 {1}"),
    (r"expected (.+)", "这里要 {0}"),
    (r"(.+) is neither (.+) nor (.+)", "{0} 既不是 {1} 也不是 {2}"),
    (r"(.+) is not supported; (.+) is", "不支持 {0}，支持 {1}"),
    (r"this limit is not supported", "不支持这种限制"),
    (r"is not UTF-8 text", "不是 UTF-8 文本"),
    (r"cannot be read: .*", "读不出来，文件不完整或已损坏"),
    (r"the file is larger than (.+)", "文件超过 {0}"),
    (r"the format is not recognised; name it: (.+)", "认不出格式，请指明：{0}"),
    (r"is nested too deeply", "嵌套太深"),
    (r"(.+) is not a longitude and a latitude", "{0} 不是经纬度"),
    (r"is beyond what the search can count.*|so many visits are beyond.*", "数太大，算不了"),
)  # fmt: skip
_ELSE = "不是合规的 JSON"


def chinese(problem: str) -> str:
    """What is wrong, in Chinese; of what Python's JSON reader says, that it is no JSON."""
    for pattern, said in _SAID:
        found = re.fullmatch(pattern, problem)
        if found is not None:
            return said.format(*(part or "" for part in found.groups()), all=problem)
    return _ELSE


def both(name: str, line: int | None, field: str, problem: str) -> str:
    """One line: file, line and field, and what is wrong, in Chinese and in English."""
    where = f"第 {line} 行，{field}" if line is not None else field
    told = f"line {line}, {field}" if line is not None else field
    return f"{name}: {where}：{chinese(problem)}。 {told}: {problem}"

"""Names that say they are invented: a surname, the mark 测 or 演, a given character."""

from functools import cache
from random import Random

from pypinyin import Style, lazy_pinyin

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严武戚莫孔向汤"
MARKS = "测演"
GIVEN = "安平宁和康健福寿德仁义礼智信敏慧芳兰英华玉珍秀梅桂莲凤霞明亮强伟军勇建国志文林森海涛清云月星晨光春秋冬雨雪山石松柏竹菊"
ROADS = ("示例路", "样本街", "模拟大道", "虚构巷", "演示里", "测试新村")


def person(rng: Random) -> str:
    """Three characters; the one in the middle is the mark."""
    return rng.choice(SURNAMES) + rng.choice(MARKS) + rng.choice(GIVEN)


def address(rng: Random, place: str, township: str) -> str:
    """A road that exists nowhere, in a real township."""
    return f"{place}{township}{rng.choice(ROADS)}{rng.randint(1, 299)}号{rng.randint(1, 9)}栋{rng.randint(1, 18)}0{rng.randint(1, 6)}"


def pinyin(name: str) -> str:
    return "".join(_whole(character) for character in name)


def initials(name: str) -> str:
    return "".join(_first(character) for character in name)


@cache
def _whole(character: str) -> str:
    return "".join(lazy_pinyin(character)).lower()


@cache
def _first(character: str) -> str:
    return "".join(part[:1] for part in lazy_pinyin(character, style=Style.FIRST_LETTER)).upper()
